import { describe, expect, test } from 'vitest';
import { createCryptography, createWorkerCryptography, type WorkerPort } from '../../src/crypto/index.js';
import { serveWorker } from '../../src/crypto/serve-worker.js';
import type { WorkerAnswer } from '../../src/crypto/worker-messages.js';
import { quick } from './quick-envelope.js';
import { bytesOf, newVault } from './sealed.js';

/** A worker in this process: every message is copied as `postMessage` copies it. */
const openWorker = () => {
  const listeners = new Map<string, (event: Event & { readonly data: WorkerAnswer }) => void>();
  let isDown = false;
  let tasks = 0;
  const emit = (type: string, data?: unknown) =>
    listeners.get(type)?.(Object.assign(new Event(type), { data: structuredClone(data) as WorkerAnswer }));
  const serve = serveWorker((answer) => emit('message', answer));
  const worker: WorkerPort = {
    postMessage(request) {
      tasks++;
      const copy = structuredClone(request);
      if (!isDown) void serve(copy);
    },
    addEventListener(type: string, listener: (event: Event & { readonly data: WorkerAnswer }) => void) {
      listeners.set(type, listener);
    },
    terminate() {
      isDown = true;
    },
  };
  return {
    worker,
    get tasks() {
      return tasks;
    },
    stall: () => {
      isDown = true;
    },
    die: () => emit('error'),
  };
};

const changes = [
  { table: 'notes', rowId: 'a', op: 'insert', value: bytesOf('milk') },
  { table: 'notes', rowId: 'b', op: 'delete', value: null },
] as const;

describe('the cryptography in a worker', () => {
  test('answers what it would on this thread', async () => {
    const { worker } = openWorker();
    const cryptography = createWorkerCryptography(worker);
    const salt = new Uint8Array(32);
    expect(await cryptography.deriveKey('passphrase', salt, quick.parameters)).toEqual(
      await createCryptography().deriveKey('passphrase', salt, quick.parameters),
    );
    const vault = newVault();
    const sealed = await cryptography.createEntryCipher([vault], { hideRowIds: true }).sealAll(changes);
    const received = sealed.map(({ rowId, data }, n) => ({
      table: 'notes',
      row_id: rowId,
      op: changes[n]?.op ?? '',
      data,
    }));
    for (const each of [cryptography, createCryptography()]) {
      expect(
        await each
          .createEntryCipher([vault])
          .openAll([...received, { ...received[0], op: 'x', table: '', row_id: '', data: null }]),
      ).toEqual([
        { ok: true, rowId: 'a', value: bytesOf('milk') },
        { ok: true, rowId: 'b', value: null },
        { ok: false, reason: 'malformed' },
      ]);
    }
  });

  test('fails as it would on this thread', async () => {
    const cryptography = createWorkerCryptography(openWorker().worker);
    await expect(cryptography.deriveKey('', new Uint8Array(32), quick.parameters)).rejects.toMatchObject({
      code: 'weak_passphrase',
    });
    const cipher = cryptography.createEntryCipher([newVault()]);
    await expect(cipher.sealAll([{ ...changes[0], rowId: '\udc00' }])).rejects.toThrow('surrogate');
  });

  test('goes on here when the worker cannot be loaded or dies, and loses no request', async () => {
    const opened = openWorker();
    const cryptography = createWorkerCryptography(opened.worker);
    const cipher = cryptography.createEntryCipher([newVault()]);
    expect(await cipher.sealAll(changes)).toHaveLength(2);
    opened.stall();
    const waiting = cipher.sealAll(changes);
    const other = cryptography.createEntryCipher([newVault()]).sealAll(changes);
    await Promise.resolve();
    opened.die();
    expect(await waiting).toHaveLength(2);
    expect(await other).toHaveLength(2);
    const { tasks } = opened;
    expect(await cipher.sealAll(changes)).toHaveLength(2);
    expect(opened.tasks).toBe(tasks);
  });
});
