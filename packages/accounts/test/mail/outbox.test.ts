import { type Mail, type Mailer, MailRefused } from '@synckeep/accounts';
import type { Clock } from '@synckeep/core';
import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';
import { createFixture } from '../accounts-fixture.js';

/** A mailer that does what it is told, and a clock whose timers run by hand. */
const createPostOffice = (outcomes: (Error | null)[] = []) => {
  const sent: Mail[] = [];
  let tries = 0;
  const mailer: Mailer = {
    async send(mail) {
      tries += 1;
      const outcome = outcomes.shift();
      if (outcome) throw outcome;
      sent.push(mail);
    },
    close: () => {},
  };
  const timers: (() => void)[] = [];
  let now = Date.UTC(2030, 0, 1);
  const clock: Clock = {
    now: () => now,
    after: (_milliseconds, callback) => {
      timers.push(callback);
      return () => timers.splice(0);
    },
  };
  const logged: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
  };
  const fire = () => {
    for (const timer of timers.splice(0)) timer();
  };
  return {
    mailer,
    sent,
    clock,
    log,
    logged,
    fire,
    tries: () => tries,
    waiting: () => timers.length,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

const settle = async (condition: () => boolean) => {
  for (let turn = 0; turn < 200 && !condition(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(condition()).toBe(true);
};

const openOffice = async (office: ReturnType<typeof createPostOffice>) =>
  createFixture({
    mailer: office.mailer,
    publicUrl: () => 'https://sync.example.org',
    rateLimiter: createMemoryRateLimiter(office.clock),
    clock: office.clock,
    log: office.log,
  });

describe('letters in the background', () => {
  it('are tried again, three times, when no server takes them, and logged without an address', async () => {
    const office = createPostOffice(
      Array.from({ length: 4 }, () => Object.assign(new Error('alice@example.com?'), { responseCode: 451 })),
    );
    const { passwordReset } = await openOffice(office);
    passwordReset.request('alice@example.com');
    for (let count = 1; count <= 3; count += 1) {
      await settle(() => office.tries() === count && office.waiting() === 1);
      office.fire();
    }
    await settle(() => office.logged.some((line) => line.includes('given up')));
    expect(office.tries()).toBe(4);
    expect(office.logged.join()).toContain('451');
    expect(office.logged.join()).not.toContain('alice');
  });

  it('are not tried again when they are refused for ever', async () => {
    const office = createPostOffice([new MailRefused('No.')]);
    const { passwordReset, close } = await openOffice(office);
    passwordReset.request('alice@example.com');
    await settle(() => office.logged.length === 1);
    expect(office.waiting()).toBe(0);
    await close();
  });

  it('fill nobody’s mailbox: five at once, then one in ten minutes [P-6]', async () => {
    const office = createPostOffice();
    const { passwordReset } = await openOffice(office);
    for (let count = 0; count < 20; count += 1)
      passwordReset.request(count % 2 ? 'alice@example.com' : 'ALICE@example.com');
    await settle(() => office.sent.length === 5);
    office.pass(600_000);
    passwordReset.request('alice@example.com');
    await settle(() => office.sent.length === 6);
  });

  it('are given up on closing when they wait for another try', async () => {
    const office = createPostOffice([new Error('Later.')]);
    const { passwordReset, close } = await openOffice(office);
    passwordReset.request('alice@example.com');
    await settle(() => office.waiting() === 1);
    await close();
    expect(office.waiting()).toBe(0);
    passwordReset.request('alice@example.com');
    expect(office.tries()).toBe(1);
  });
});
