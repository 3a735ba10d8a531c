import { describe, expect, it } from 'vitest';
import { createMailbox } from '../src/events/mailbox.js';

const open = () => {
  let time = 0;
  let isClosed = false;
  const mailbox = createMailbox(() => time);
  const reader = mailbox
    .read(() => {
      isClosed = true;
    })
    [Symbol.asyncIterator]();
  return { mailbox, reader, wait: (milliseconds: number) => (time += milliseconds), isClosed: () => isClosed };
};

describe('the mailbox of a stream [P-75]', () => {
  it('keeps only the newest text of a slot for a reader that does not come', async () => {
    const { mailbox, reader } = open();
    for (let i = 0; i < 10_000; i++) mailbox.put('changed', `${i};`);
    mailbox.put('keys', 'k;');
    expect(await reader.next()).toEqual({ done: false, value: '9999;k;' });
  });

  it('wakes a reader that waits', async () => {
    const { mailbox, reader } = open();
    const next = reader.next();
    mailbox.put('changed', 'a');
    expect(await next).toEqual({ done: false, value: 'a' });
  });

  it('delivers what waited before it ends', async () => {
    const { mailbox, reader } = open();
    mailbox.put('changed', 'a');
    mailbox.end();
    mailbox.put('changed', 'too late');
    expect(await reader.next()).toEqual({ done: false, value: 'a' });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('tells how long the reader has been busy with what it took, and that a waiting one is not', async () => {
    const { mailbox, reader, wait } = open();
    wait(5_000);
    expect(mailbox.stalledFor()).toBe(5_000);
    mailbox.put('changed', 'a');
    await reader.next();
    wait(7_000);
    expect(mailbox.stalledFor()).toBe(7_000);
    const waiting = reader.next();
    wait(60_000);
    expect(mailbox.stalledFor()).toBe(0);
    mailbox.end();
    await waiting;
  });

  it('tells its owner when the reader leaves', async () => {
    const { reader, isClosed } = open();
    await reader.return?.();
    expect(isClosed()).toBe(true);
  });
});
