import { limits, ndjson } from '@synckeep/protocol';
import { accepts } from '../accepts.js';
import { compressed } from '../compressed.js';
import { fromPlace, toPlace } from '../cursors.js';
import type { LogPage, LogQuery } from '../ports/index.js';
import { toChangeAnswer, toTime } from '../wire.js';
import type { Handler } from './handler.js';
import { pullLines, streamedPage } from './pull-lines.js';

/** P-40…P-49 */
export const pull: Handler<'pull'> = async (call, deps) => {
  const { caller, body, now, header } = call;
  const isStreamed = accepts(header('accept'), ndjson);
  const query = {
    deviceId: body.device_id,
    limit: Math.min(body.limit ?? streamedPage.changes, isStreamed ? streamedPage.changes : limits.changesPerPage),
    maxBytes: isStreamed ? streamedPage.bytes : limits.bytesPerPage,
    maxScan: limits.rowsPerScan,
  };
  const read = async (asked: LogQuery): Promise<LogPage> => {
    const page = await deps.storage.changeLog.read(caller.scope, asked);
    deps.observer?.note({ kind: 'pull', changes: page.changes.length });
    return page;
  };
  const includeOwn = body.include_own ?? false;
  const page = await read({
    ...query,
    ...{ after: toPlace(body.cursor), includeOwn, isPresented: true, now },
  });
  deps.usage.add(caller, { pulls: 1 }, body.device_id);
  if (isStreamed) {
    // The own marker of `next` goes on, so own changes are included up to the head of the beginning and no further.
    const onward = { ...query, includeOwn: false, isPresented: false };
    const { chunks, cut } = pullLines(call, page, (after) => read({ ...onward, after, now: deps.clock.now() }), deps);
    const { encoding, ...sent } = compressed(chunks, header('accept-encoding'), deps.compressors);
    return {
      status: 200,
      headers: { 'content-type': ndjson, ...(encoding && { 'content-encoding': encoding }) },
      body: { ...sent, cut },
    };
  }
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
