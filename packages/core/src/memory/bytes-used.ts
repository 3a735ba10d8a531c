import type { Reservation, ScopeState } from './state.js';

/** The reservations that still count. */
export const openReservations = (log: ScopeState, now: number): Reservation[] =>
  [...log.reservations.values()].filter(({ expiresAt }) => expiresAt > now);

/** Bytes of data, confirmed blobs and these reservations; several of one hash count once, as the largest. */
export const bytesUsed = (log: ScopeState, reservations: Iterable<Pick<Reservation, 'hash' | 'sizeBytes'>>): number => {
  const largestByHash = new Map<string, number>();
  for (const { hash, sizeBytes } of reservations) {
    largestByHash.set(hash, Math.max(sizeBytes, largestByHash.get(hash) ?? 0));
  }
  let bytes = log.dataBytes;
  for (const { sizeBytes } of log.blobs.values()) bytes += sizeBytes;
  for (const sizeBytes of largestByHash.values()) bytes += sizeBytes;
  return bytes;
};
