import type { AccountsOptions } from '@synckeep/accounts';
import { afterAll, beforeAll } from 'vitest';
import { createFixture } from './accounts-fixture.js';
import { openMailbox } from './mailbox.js';

/** For a file of tests: one mailbox, and accounts that send into it. */
export const useMailbox = () => {
  let opened: Awaited<ReturnType<typeof openMailbox>> | undefined;
  const closings: (() => Promise<void>)[] = [];
  const mailbox = () => {
    if (!opened) throw new Error('The mailbox is not open yet.');
    return opened;
  };
  beforeAll(async () => {
    opened = await openMailbox();
  });
  afterAll(async () => {
    for (const close of closings) await close();
    await opened?.close();
  });
  return {
    mailbox,
    async createWithMail(overrides: Partial<AccountsOptions> = {}) {
      const fixture = await createFixture({
        mailer: mailbox().createMailer(),
        publicUrl: () => 'https://sync.example.org',
        ...overrides,
      });
      closings.push(() => fixture.close());
      return fixture;
    },
  };
};
