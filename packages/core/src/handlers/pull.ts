import { limits } from '@synckeep/protocol';
import { fromPlace, toPlace } from '../cursors.js';
import { toChangeAnswer, toTime } from '../wire.js';
import type { Handler } from './handler.js';

/** P-40…P-48 */
export const pull: Handler<'pull'> = async ({ caller, body, now }, { storage }) => {
  const page = await storage.changeLog.read(caller.scope, {
    deviceId: body.device_id,
    after: toPlace(body.cursor),
    includeOwn: body.include_own ?? false,
    limit: Math.min(body.limit ?? limits.changesPerPage, limits.changesPerPage),
    maxBytes: limits.bytesPerPage,
    maxScan: limits.rowsPerScan,
    now,
  });
  const isRich = body.rich ?? false;
  return {
    status: 200,
    body: {
      changes: page.changes.map((change) => toChangeAnswer(caller.app, change, isRich)),
      cursor: fromPlace(caller.app, 'pull', page.next),
      has_more: page.hasMore,
      last_push: page.lastPush,
      server_time: toTime(now),
    },
  };
};
