import { limits, parseCursor, SyncError } from '@synckeep/protocol';
import type { StreamRequest } from '../events/change-feed.js';
import type { Handler } from './handler.js';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

type Passed = StreamRequest['passed'][number];

const toPassed = (text: string | undefined): Passed | null => {
  const cursor = parseCursor(text);
  return cursor && { epoch: cursor.epoch, position: cursor.position };
};

/** P-70…P-75 */
export const subscribe: Handler<'subscribe'> = async ({ caller, query, header, signal }, deps) => {
  const { storage, feed, usage } = deps;
  if (query.app_id !== undefined && query.app_id !== caller.scope.appId) throw new SyncError('app_mismatch');
  const deviceId = query.device_id ?? null;
  const device = deviceId === null ? null : await storage.deviceStore.get(caller.scope, deviceId);
  if (deviceId !== null && !device) throw new SyncError('unknown_device');
  if (device) usage.add(caller, {}, device.id);
  const passed: readonly (Passed | null)[] = [
    // A reconnecting browser repeats the old `?cursor=`, and says in the header how far it got since.
    toPassed(header('last-event-id') || query.cursor),
    device && { epoch: null, position: device.presented },
  ];
  const body = await feed.open({
    caller,
    deviceId,
    passed: passed.filter((place) => place !== null),
    signal: signal(),
  });
  return { status: 200, body, headers: streamHeaders };
};

/** P-73 */
export const subscribeTicket: Handler<'subscribeTicket'> = async ({ caller }, { tickets }) => ({
  status: 200,
  body: { ticket: await tickets.issue(caller), expires_in: limits.ticketLifetime },
});
