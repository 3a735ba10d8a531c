import type { KeyMemory } from './key-memory.js';

const storeName = 'keys';

interface Remembered {
  readonly wrappingKey: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Remembers the keys in a browser, encrypted under a key that is kept beside them and that scripts can use but not read
 * out. A script of the page's origin can use it; a copy of the profile folder has both, so this is no protection against
 * a thief of an unencrypted disk.
 * @param name Of the database: another one for each account
 */
export const createIndexedDbKeyMemory = (name: string): KeyMemory => {
  const inStore = async <T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
    const database = await settled(opening);
    try {
      const transaction = database.transaction(storeName, mode);
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      const [result] = await Promise.all([settled(use(transaction.objectStore(storeName))), done]);
      return result;
    } finally {
      database.close();
    }
  };

  return {
    async load() {
      const found = await inStore<Remembered | undefined>('readonly', (store) => store.get('ring'));
      if (!found) return null;
      const { wrappingKey, nonce, sealed } = found;
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, wrappingKey, sealed));
    },

    async save(bytes) {
      const wrappingKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
        'encrypt',
        'decrypt',
      ]);
      const nonce = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, wrappingKey, new Uint8Array(bytes));
      const remembered: Remembered = { wrappingKey, nonce, sealed };
      await inStore('readwrite', (store) => store.put(remembered, 'ring'));
    },

    async clear() {
      await inStore('readwrite', (store) => store.delete('ring'));
    },
  };
};
