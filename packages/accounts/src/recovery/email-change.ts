import {
  type Audit,
  type Clock,
  createCollection,
  digest,
  type Found,
  type Log,
  type Random,
  type Records,
  type RecordWrite,
  randomHex,
} from '@synckeep/core';
import { checkEmail } from '../check-email.js';
import { endLinksOf } from '../links/links.js';
import type { Letters } from '../mail/letters.js';
import type { Outbox } from '../mail/outbox.js';
import type { PageUrls } from '../page-urls.js';
import { toComparableEmail } from '../user-kind.js';
import { toUserOrigin } from '../user-origin.js';
import type { Users } from '../users.js';
import { type EmailChange as Change, emailChangeKind } from './email-change-kind.js';

type Side = 'old' | 'new';

/** How a user moves the account to another e-mail address: both addresses have to agree, each by its own link. */
export interface EmailChange {
  /**
   * Sends a link to each address; they work for a day, and end those of an earlier request. Whether somebody else has
   * the new address is told to that address only. @throws AccountError `invalid_email`
   */
  request(userId: string, newEmail: string): Promise<void>;
  /** The address that the user asked for; null when nothing is under way. */
  pending(userId: string): Promise<string | null>;
  cancel(userId: string): Promise<void>;
  /** null when the link does not work any more. */
  find(token: string): Promise<{ readonly oldEmail: string; readonly newEmail: string } | null>;
  /**
   * Agrees for one side. @returns `waiting` for the other side, `done`, or `gone` when the link does not work any more.
   * @throws AccountError `email_taken` when the new address is somebody else's by now
   */
  agree(token: string, address: string | null): Promise<'waiting' | 'done' | 'gone'>;
  /** Writes that remove everything of a user here, for the transaction that removes the user. */
  removal(userId: string): readonly RecordWrite[];
}

const day = 86_400_000;

export const createEmailChange = (deps: {
  readonly records: Records;
  readonly users: Users;
  readonly outbox: Outbox;
  readonly letters: Letters;
  readonly urls: PageUrls;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): EmailChange => {
  const { records, users, outbox, letters, urls, audit, clock, random, log } = deps;
  const changes = createCollection(records, clock, emailChangeKind);

  const open = async (token: string): Promise<{ readonly change: Found<Change>; readonly side: Side } | null> => {
    const wanted = digest(token);
    const [change] = await changes.find('token', wanted, { after: null, limit: 1 });
    return change ? { change, side: change.value.old.token === wanted ? 'old' : 'new' } : null;
  };

  const post = (userId: string, { oldEmail, newEmail }: Change, oldToken: string, newToken: string): void => {
    outbox.post(async () => letters.changeOld(oldEmail, newEmail, urls.change(oldToken)));
    outbox.post(async () => {
      const other = await users.findByEmail(newEmail);
      const isTaken = other !== null && other.key !== userId;
      return isTaken
        ? letters.alreadyRegistered(newEmail, urls.forgot())
        : letters.changeNew(newEmail, urls.change(newToken));
    });
  };

  return {
    async request(userId, text) {
      const newEmail = text.trim();
      checkEmail(newEmail);
      const user = await users.get(userId);
      if (user === null) return;
      const oldToken = randomHex(random, 32);
      const newToken = randomHex(random, 32);
      const change = {
        oldEmail: user.value.email,
        newEmail,
        old: { token: digest(oldToken), isConfirmed: false },
        new: { token: digest(newToken), isConfirmed: false },
      };
      const put = changes.put(userId, change, { expiresAt: clock.now() + day });
      const { done } = await records.transact([users.checkPresent(userId), put], clock.now());
      if (done) post(userId, change, oldToken, newToken);
    },
    async pending(userId) {
      return (await changes.get(userId))?.value.newEmail ?? null;
    },
    async cancel(userId) {
      await records.transact([changes.delete(userId)], clock.now());
    },
    async find(token) {
      const opened = await open(token);
      return opened && { oldEmail: opened.change.value.oldEmail, newEmail: opened.change.value.newEmail };
    },
    async agree(token, address) {
      for (let opened = await open(token); opened !== null; opened = await open(token)) {
        const { change, side } = opened;
        const agreed = { ...change.value, [side]: { ...change.value[side], isConfirmed: true } };
        if (!agreed.old.isConfirmed || !agreed.new.isConfirmed) {
          const put = changes.put(change.key, agreed, { condition: change.version, expiresAt: change.expiresAt });
          if ((await records.transact([put], clock.now())).done) return 'waiting';
          continue;
        }
        const user = await users.get(change.key);
        // It was asked for under another address than the user has now.
        if (user === null || toComparableEmail(user.value.email) !== toComparableEmail(agreed.oldEmail)) return 'gone';
        const value = { ...user.value, email: agreed.newEmail, verifiedAt: clock.now() };
        if (
          !(await users.replace(user, value, [
            changes.delete(change.key, change.version),
            audit.entry({
              ...toUserOrigin(change.key, address),
              action: 'user.email',
              appId: null,
              subject: { kind: 'user', id: change.key },
            }),
          ]))
        )
          continue;
        // They went to the former address.
        await endLinksOf(records, clock, 'user', change.key);
        log.info({ userId: change.key }, 'address changed');
        return 'done';
      }
      return 'gone';
    },
    removal: (userId) => [changes.delete(userId)],
  };
};
