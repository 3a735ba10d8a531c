import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { createIndexedDbKeyMemory } from '../../src/keys/index.js';

const bytes = Uint8Array.of(1, 2, 3, 4);

test('keys are remembered in a browser until they are cleared, each account for itself', async () => {
  const memory = createIndexedDbKeyMemory('keys-of-alice');
  expect(await memory.load()).toBeNull();
  await memory.save(bytes);
  await memory.save(Uint8Array.of(9));
  await memory.save(bytes);
  expect(await createIndexedDbKeyMemory('keys-of-alice').load()).toEqual(bytes);
  expect(await createIndexedDbKeyMemory('keys-of-bob').load()).toBeNull();
  await memory.clear();
  expect(await memory.load()).toBeNull();
});

test('what is stored is not the keys, and the key that wraps them cannot be read out', async () => {
  await createIndexedDbKeyMemory('keys-of-carol').save(bytes);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('keys-of-carol');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const stored = await new Promise<{ wrappingKey: CryptoKey; sealed: ArrayBuffer }>((resolve, reject) => {
    const request = database.transaction('keys').objectStore('keys').get('ring');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  database.close();
  expect(Buffer.from(stored.sealed).includes(Buffer.from(bytes))).toBe(false);
  expect(stored.wrappingKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', stored.wrappingKey)).rejects.toThrow();
});
