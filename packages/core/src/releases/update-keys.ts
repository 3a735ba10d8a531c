import { type Audit, operator } from '../administration/audit.js';
import type { Clock, Records } from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { parsePublicKey } from './minisign.js';
import { updateKeyKind } from './small-kinds.js';

/**
 * The public keys that apps registered (P-148). Only the administrator sets them: whoever stole a publishing token must
 * not be able to bring a key along.
 */
export interface UpdateKeys {
  /** The registered key as base64; null when there is none. */
  get(appId: string): Promise<string | null>;
  /** Takes the file of minisign or of Tauri; null takes the key away. @returns false when there is no such app. @throws MinisignError */
  set(appId: string, publicKey: string | null): Promise<boolean>;
}

export const createUpdateKeys = (records: Records, clock: Clock, audit: Audit): UpdateKeys => {
  const apps = createCollection(records, clock, appKind);
  const keys = createCollection(records, clock, updateKeyKind);
  return {
    get: async (appId) => (await keys.get(appId))?.value.publicKey ?? null,

    async set(appId, publicKey) {
      const write = publicKey === null ? keys.delete(appId) : keys.put(appId, { publicKey: parsePublicKey(publicKey) });
      const subject = { kind: 'app', id: appId };
      const entry = audit.entry({
        ...{ ...operator, action: 'app.update_key', appId, subject },
        details: { removed: publicKey === null },
      });
      const { done } = await records.transact([apps.check(appId, 'present'), write, entry], clock.now());
      return done;
    },
  };
};
