import { errorCodes, SyncError } from '@synckeep/protocol';
import type { Script } from './script.js';

/** Every code of the catalogue, thrown by a storage: bindings must not look at them. */
export const errors: Script = {
  options: { isFaulty: true },
  async run({ fixture: f, ask }) {
    const { token } = await f.caller();
    const throwing = async (title: string, error: Error): Promise<void> => {
      f.storage.deviceStore.list = async () => {
        throw error;
      };
      const headers = { authorization: `Bearer ${token}` };
      await ask(`listDevices ${title}`, { method: 'GET', path: '/api/sync/devices', headers });
    };
    for (const code of errorCodes) {
      await throwing(code, new SyncError(code));
      await throwing(
        `${code} with details`,
        new SyncError(code, { details: { index: 1, row_id: 'ä😀' }, retryAfter: 7 }),
      );
    }
    await throwing('a fault', new Error('SQLITE_CORRUPT: /var/lib/secret.db'));
  },
};
