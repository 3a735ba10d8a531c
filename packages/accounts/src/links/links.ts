import {
  type Clock,
  createCollection,
  digest,
  type Found,
  type Random,
  type RecordDelete,
  type Records,
  type RecordWrite,
  randomHex,
} from '@synckeep/core';
import { type Link, linkKind } from './link-kind.js';

/** Links that work once. What a link holds is kept as a digest only. */
export interface Links {
  /**
   * @param seconds how long it works. @param checks what must hold for it to be made: that its user and app are there.
   * @returns what the link holds; null when a check failed.
   */
  create(link: Link, seconds: number, checks: readonly RecordWrite[]): Promise<string | null>;
  /** null when there is no such link of this purpose any more. */
  find(purpose: Link['purpose'], token: string): Promise<Found<Link> | null>;
  /** Uses a link up, in the transaction of what it is used for. */
  use(link: Found<Link>): RecordDelete;
}

const page = 100;

/** Ends all links of a user or an app, in steps. Safe to repeat. */
export const endLinksOf = async (records: Records, clock: Clock, index: 'user' | 'app', id: string): Promise<void> => {
  const links = createCollection(records, clock, linkKind);
  for (;;) {
    // Not through the collection: it leaves expired ones out, and they mention the user too.
    const found = await records.find(linkKind.name, index, id, { after: null, limit: page });
    if (found.length === 0) return;
    await records.transact(
      found.map(({ key }) => links.delete(key)),
      clock.now(),
    );
  }
};

export const createLinks = (records: Records, clock: Clock, random: Random): Links => {
  const links = createCollection(records, clock, linkKind);
  return {
    async create(link, seconds, checks) {
      const token = randomHex(random, 32);
      const put = links.put(digest(token), link, {
        condition: 'absent',
        expiresAt: clock.now() + seconds * 1000,
      });
      return (await records.transact([...checks, put], clock.now())).done ? token : null;
    },
    async find(purpose, token) {
      const found = await links.get(digest(token));
      return found?.value.purpose === purpose ? found : null;
    },
    use: ({ key, version }) => links.delete(key, version),
  };
};
