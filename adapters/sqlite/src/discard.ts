import type { Database } from 'better-sqlite3';

/** Takes blobs and reservations away; their objects are listed for deletion. Called inside a transaction of the writer. */
export interface Discard {
  /** Open and expired reservations of one hash. @returns how many. */
  reservationsOf(scopeId: number, hash: string): number;
  /** One object of a reservation. @returns how many there were: 0 or 1. */
  reservation(scopeId: number, hash: string, objectKey: string): number;
  reservationsBefore(before: number, limit: number): number;
  /** @returns false when the blob was not confirmed. */
  blob(scopeId: number, hash: string): boolean;
  /** At most `limit` of a scope. @returns how many. */
  someOf(scopeId: number, limit: number): number;
  allOf(scopeId: number): void;
}

export const prepareDiscard = (database: Database): Discard => {
  const list = database.prepare<[string]>('INSERT OR IGNORE INTO sync_discarded (object_key) VALUES (?)');
  const takeReservations = (condition: string) =>
    database.prepare<(string | number)[], string>(
      `DELETE FROM sync_reservation WHERE id IN (SELECT id FROM sync_reservation WHERE ${condition}) RETURNING object_key`,
    );
  const takeBlobs = (condition: string) =>
    database.prepare<(string | number)[], string>(
      `DELETE FROM sync_blob WHERE object_key IN (SELECT object_key FROM sync_blob WHERE ${condition}) RETURNING object_key`,
    );
  const ofHash = takeReservations('scope = ? AND hash = ?').pluck();
  const ofObject = takeReservations('scope = ? AND hash = ? AND object_key = ?').pluck();
  const before = takeReservations('made_at < ? LIMIT ?').pluck();
  const ofScope = takeReservations('scope = ? LIMIT ?').pluck();
  const blobOfHash = takeBlobs('scope = ? AND hash = ?').pluck();
  const blobsOfScope = takeBlobs('scope = ? LIMIT ?').pluck();

  const discarded = (objectKeys: readonly string[]): number => {
    for (const objectKey of objectKeys) list.run(objectKey);
    return objectKeys.length;
  };

  const someOf = (scopeId: number, limit: number): number => {
    const reservations = discarded(ofScope.all(scopeId, limit));
    return reservations < limit ? reservations + discarded(blobsOfScope.all(scopeId, limit - reservations)) : limit;
  };

  return {
    reservationsOf: (scopeId, hash) => discarded(ofHash.all(scopeId, hash)),
    reservation: (scopeId, hash, objectKey) => discarded(ofObject.all(scopeId, hash, objectKey)),
    reservationsBefore: (time, limit) => discarded(before.all(time, limit)),
    blob: (scopeId, hash) => discarded(blobOfHash.all(scopeId, hash)) > 0,
    someOf,
    allOf: (scopeId) => {
      // -1 is no limit.
      discarded(ofScope.all(scopeId, -1));
      discarded(blobsOfScope.all(scopeId, -1));
    },
  };
};
