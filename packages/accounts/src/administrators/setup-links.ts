import {
  type Clock,
  createCollection,
  digest,
  type Random,
  type RecordDelete,
  type Records,
  randomHex,
} from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import { setupLinkKind } from './setup-link-kind.js';

/** Links that make the first administrator (P-174). Several may work at once: each node of a fleet prints its own. */
export interface SetupLinks {
  /** @returns what the link holds; it is kept as a digest only */
  create(): Promise<string>;
  /** Uses a link up, in the transaction of what it is used for; null when there is no such link. */
  use(token: string): Promise<RecordDelete | null>;
  /** Safe to repeat; it ends when none is left. */
  endAll(): Promise<void>;
}

const page = 100;

export const createSetupLinks = (records: Records, clock: Clock, random: Random): SetupLinks => {
  const links = createCollection(records, clock, setupLinkKind);
  return {
    async create() {
      const token = randomHex(random, 32);
      const now = clock.now();
      const expiresAt = now + limits.setupLinkLifetime * 1000;
      await records.transact([links.put(digest(token), { createdAt: now }, { condition: 'absent', expiresAt })], now);
      return token;
    },
    async use(token) {
      const found = await links.get(digest(token));
      return found && links.delete(found.key, found.version);
    },
    async endAll() {
      for (;;) {
        const found = await records.find(setupLinkKind.name, 'all', '', { after: null, limit: page });
        if (found.length === 0) return;
        await records.transact(
          found.map(({ key }) => links.delete(key)),
          clock.now(),
        );
      }
    },
  };
};
