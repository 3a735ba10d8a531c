import type { MovedBatch, Scope, ScopeFilter, Storage } from '@synckeep/core';
import { decodeCursor, type Place, SyncError } from '@synckeep/protocol';
import { parseTime, timeForm } from './parse-time.js';
import { Refusal } from './refusal.js';

const page = { limit: 500, maxBytes: 1024 * 1024 };

/** The newest batch that came until then, of those that are remembered. */
const batchAt = async (storage: Storage, scope: Scope, time: number): Promise<MovedBatch | null> => {
  let newest: MovedBatch | null = null;
  for (let after: MovedBatch | null = null; ; ) {
    const batches: readonly MovedBatch[] = await storage.transfer.read(scope, 'batch', { after, ...page });
    for (const batch of batches) {
      if (batch.receivedAt <= time && batch.position > (newest?.position ?? 0)) newest = batch;
    }
    after = batches.at(-1) ?? null;
    if (after === null) return newest;
  }
};

/** The place of a log that a cursor or a time names. @throws Refusal */
export const toPlace = async (storage: Storage, { appId, userId }: ScopeFilter, moment: string): Promise<Place> => {
  if (appId === null || userId === null)
    throw new Refusal('A log has one user and one app: give --user and --app with --until.');
  const time = parseTime(moment);
  if (time === undefined) {
    try {
      return decodeCursor(moment);
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      throw new Refusal(`--until must be a cursor that a pull or push answered, or ${timeForm}.`);
    }
  }
  const scope = { appId, userId };
  const [batch, head] = [await batchAt(storage, scope, time), await storage.transfer.head(scope)];
  if (batch === null || head === null)
    throw new Refusal('Nothing of this log is known to have been there at that time. Give a cursor instead.');
  return { epoch: head.log.epoch, position: batch.position, tag: batch.tag, own: 0, floor: head.log.floor };
};
