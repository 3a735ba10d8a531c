import type { EntryCipherOptions } from '../../src/crypto/create-entry-cipher.js';
import {
  createEntryCipher,
  createVaultSecret,
  type PlainChange,
  type ReceivedChange,
  secureRandom,
} from '../../src/crypto/index.js';

export const newVault = () => createVaultSecret(secureRandom);

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A cipher of a new vault, and a change as it would come back from a server. */
export const createSealing = (options: EntryCipherOptions = {}) => {
  const vault = newVault();
  const cipher = createEntryCipher([vault], options);
  const seal = async (change: PlainChange): Promise<ReceivedChange> => {
    const [sealed] = await cipher.sealAll([change]);
    if (!sealed) throw new Error('Nothing was sealed.');
    return { table: change.table, row_id: sealed.rowId, op: change.op, data: sealed.data };
  };
  const open = async (change: ReceivedChange) => (await cipher.openAll([change]))[0];
  return { vault, cipher, seal, open };
};
