import { type Clock, digest, type Log, type RateLimiter } from '@synckeep/core';
import { rateLimits } from '@synckeep/protocol';
import { toComparableEmail } from '../user-kind.js';
import { type Mail, type Mailer, MailRefused } from './mailer.js';

/** Mail that is written and sent in the background, so that neither an answer nor its time tells whether there was one. */
export interface Outbox {
  /**
   * Whether mail can be sent at all; `post` does nothing otherwise.
   */
  readonly isOpen: boolean;
  /** Takes a mail to be written and sent: null when there is none to send. Never throws. */
  post(write: () => Promise<Mail | null>): void;
  /** Resolves when nothing is being written or sent any more. What waits for another try is given up. */
  close(): Promise<void>;
}

const mostAtOnce = 2;
const mostWaiting = 1_000;
/** Milliseconds before each further try. */
const pauses = [5_000, 60_000, 600_000];

interface Letter {
  readonly write: () => Promise<Mail | null>;
  readonly tries: number;
}

/** What may be logged of a failure: no address. */
const toFields = (error: unknown) => ({
  code: error instanceof Error && 'code' in error ? error.code : undefined,
  response_code: error instanceof Error && 'responseCode' in error ? error.responseCode : undefined,
});

/** @param mailer null: mail is not configured. */
export const createOutbox = (deps: {
  readonly mailer: Mailer | null;
  readonly rateLimiter: RateLimiter | 'off';
  readonly clock: Clock;
  readonly log: Log;
}): Outbox => {
  const { mailer, rateLimiter, clock, log } = deps;
  if (mailer === null) return { isOpen: false, post: () => {}, close: async () => {} };
  const waiting: Letter[] = [];
  const running = new Set<Promise<void>>();
  const cancels = new Set<() => void>();
  let isClosed = false;

  /** Nobody's mailbox is filled through us. */
  const isAllowed = async ({ to }: Mail): Promise<boolean> =>
    rateLimiter === 'off' || (await rateLimiter.take('mails', digest(toComparableEmail(to)), rateLimits.mails)).allowed;

  const retry = ({ write, tries }: Letter): void => {
    const pause = pauses[tries];
    if (pause === undefined || isClosed) {
      log.error({}, 'A mail could not be sent and is given up.');
      return;
    }
    const cancel = clock.after(pause, () => {
      cancels.delete(cancel);
      waiting.push({ write, tries: tries + 1 });
      next();
    });
    cancels.add(cancel);
  };

  const work = async ({ write, tries }: Letter): Promise<void> => {
    let mail: Mail | null = null;
    try {
      mail = await write();
      if (mail === null) return;
      if (tries === 0 && !(await isAllowed(mail))) {
        log.warn({}, 'A mail is not sent: its address got too many.');
        return;
      }
      await mailer.send(mail);
    } catch (error) {
      const cause = error instanceof MailRefused ? error.cause : error;
      if (mail === null) log.error({ err: error }, 'A mail could not be written.');
      else log.error(toFields(cause), 'A mail was not taken by the mail server.');
      const written = mail;
      if (written !== null && !(error instanceof MailRefused)) retry({ write: async () => written, tries });
    }
  };

  const next = (): void => {
    while (running.size < mostAtOnce) {
      const letter = waiting.shift();
      if (letter === undefined) return;
      const task = work(letter).finally(() => {
        running.delete(task);
        next();
      });
      running.add(task);
    }
  };

  return {
    isOpen: true,
    post(write) {
      if (isClosed || waiting.length >= mostWaiting) {
        log.error({}, 'Too many mails wait. One is given up.');
        return;
      }
      waiting.push({ write, tries: 0 });
      next();
    },
    async close() {
      isClosed = true;
      for (const cancel of cancels) cancel();
      while (running.size > 0) await Promise.all(running);
      mailer.close();
    },
  };
};
