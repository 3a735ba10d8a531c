import { limits, SyncError } from '@synckeep/protocol';
import { digest, randomHex } from '../digest.js';
import type { Clock, Identity, Random, Records } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { ticketKind } from '../records/small-kinds.js';
import type { Caller } from './caller.js';

/** One-use tickets for streams (P-73): kept as a digest, so that whoever reads the storage cannot use them. */
export const createTickets = (records: Records, clock: Clock, random: Random) => {
  const tickets = createCollection(records, clock, ticketKind);
  return {
    /** @throws SyncError `invalid_token` when user or app are gone since the caller was let in. */
    async issue({ identity, guards }: Caller): Promise<string> {
      const ticket = randomHex(random, 24);
      const expiresAt = clock.now() + limits.ticketLifetime * 1000;
      const checks = guards.map((guard) => ({ ...guard, write: 'check' as const }));
      const put = tickets.put(digest(ticket), ticketKind.schema.parse(identity), { condition: 'absent', expiresAt });
      const { done } = await records.transact([...checks, put], clock.now());
      if (!done) throw new SyncError('invalid_token');
      return ticket;
    },

    /** @throws SyncError `invalid_ticket` */
    async redeem(ticket: string): Promise<Identity> {
      const key = digest(ticket);
      const found = await tickets.get(key);
      if (!found) throw new SyncError('invalid_ticket');
      // Of two that redeem it at once, one finds it gone.
      const { done } = await records.transact([tickets.delete(key, found.version)], clock.now());
      if (!done) throw new SyncError('invalid_ticket');
      return found.value;
    },
  };
};

export type Tickets = ReturnType<typeof createTickets>;
