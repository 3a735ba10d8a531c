import {
  type Clock,
  createCollection,
  defineKind,
  digest,
  type Records,
  type RecordWrite,
  toAddressKey,
} from '@synckeep/core';
import { z } from 'zod';

/** The addresses that a user has logged in from, by user id. */
export const knownPlacesKind = defineKind({
  name: 'known-places',
  schema: z.object({
    places: z.array(z.object({ digest: z.string(), /** Milliseconds since 1970. */ lastLogin: z.number() })),
  }),
});

/**
 * Where users have logged in from before. Failed logins from such an address are counted apart from those of the rest
 * of the world, so that somebody elsewhere who guesses, or pretends to, cannot keep the user out.
 */
export interface KnownPlaces {
  /**
   * Under what failed logins are counted. It looks the same number of times whether there is a user or not.
   * @param account stands for the e-mail address. @param address null when it is not known
   */
  toBucket(account: string, userId: string | null, address: string | null): Promise<string>;
  /** Keeps in mind that the user has logged in from there. */
  remember(userId: string, address: string | null): Promise<void>;
  /** Writes that remove everything of a user here, for the transaction that removes the user. */
  removal(userId: string): readonly RecordWrite[];
}

const day = 86_400_000;
const lifetime = 90 * day;
const mostPlaces = 20;

const toDigest = (userId: string, address: string): string => digest(`${userId} ${toAddressKey(address)}`);

export const createKnownPlaces = (
  records: Records,
  clock: Clock,
  checkPresent: (userId: string) => RecordWrite,
): KnownPlaces => {
  const collection = createCollection(records, clock, knownPlacesKind);
  return {
    async toBucket(account, userId, address) {
      const known = await collection.get(userId ?? account);
      const place = toDigest(userId ?? account, address ?? '');
      const isKnown = known?.value.places.some((each) => each.digest === place) === true;
      return isKnown ? `${account} ${place}` : account;
    },
    async remember(userId, address) {
      if (address === null) return;
      const place = toDigest(userId, address);
      for (;;) {
        const now = clock.now();
        const found = await collection.get(userId);
        const others = (found?.value.places ?? []).filter((each) => each.digest !== place);
        const last = found?.value.places.find((each) => each.digest === place)?.lastLogin ?? 0;
        // Not a write for each login.
        if (now - last < day) return;
        const living = others.filter((each) => now - each.lastLogin < lifetime);
        const places = [{ digest: place, lastLogin: now }, ...living].slice(0, mostPlaces);
        const put = collection.put(
          userId,
          { places },
          { condition: found?.version ?? 'absent', expiresAt: now + lifetime },
        );
        const result = await records.transact([checkPresent(userId), put], now);
        // Without a user there is nothing to keep; else somebody was faster.
        if (result.done || result.failed === 0) return;
      }
    },
    removal: (userId) => [collection.delete(userId)],
  };
};
