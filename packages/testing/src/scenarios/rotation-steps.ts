import type { Caller, Device } from './caller.js';
import { changes } from './changes.js';
import type { Fixture } from './fixture.js';

interface Entry {
  readonly seq: number;
  readonly data: string;
}

export const begin = async (caller: Caller, new_encrypted_key: string) =>
  (await caller.call('beginRotation', { body: { new_encrypted_key } })).ok();

/** Every entry that is not yet under the new key, page by page. */
export const entriesOf = async (caller: Caller, limit?: number) => {
  const found = [];
  for (let cursor: string | number | null = null; ; ) {
    const page = (await caller.call('rotationEntries', { body: { cursor, limit } })).ok();
    found.push(...page.entries);
    if (!page.has_more) return found;
    cursor = page.cursor;
  }
};

export const batch = (caller: Caller, entries: readonly object[], extra: object = {}) =>
  caller.call('rotationBatch', { body: { entries, ...extra } });
export const renewed = (entries: readonly Entry[]) => entries.map(({ seq, data }) => ({ seq, data: `new ${data}` }));
export const complete = (caller: Caller) => caller.call('completeRotation');

/** A device with a key and some rows of its own. */
export const openKeyed = async (f: Fixture, rows: number): Promise<Device> => {
  const device = await f.device();
  (await device.call('putKey', { body: { encrypted_key: 'old' } })).ok();
  if (rows > 0) (await device.push(changes(rows), { key_version: 1 })).ok();
  return device;
};
