import type { AnswerOf } from '@synckeep/protocol';
import type { Device, Op, Scope, StoredChange } from './ports/index.js';
import type { App } from './records/app.js';

export const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const toDeviceAnswer = (scope: Scope, device: Device): AnswerOf<'renameDevice'> => ({
  id: device.id,
  app_id: scope.appId,
  user_id: scope.userId,
  device_name: device.name,
  platform: device.platform,
  created_at: toTime(device.createdAt),
  last_seen_at: toTime(device.lastSeenAt),
  last_push: device.lastPush,
});

const upperOps = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const;

export const toOpAnswer = (app: App, op: Op) => (app.dialect === 'rust-client' ? upperOps[op] : op);

type PulledChange = AnswerOf<'pull'>['changes'][number];

export const toChangeAnswer = (app: App, change: StoredChange, isRich: boolean): PulledChange => {
  const plain = {
    table: change.table,
    op: toOpAnswer(app, change.op),
    row_id: change.rowId,
    timestamp: change.timestamp,
    data: change.data,
  };
  if (!isRich) return plain;
  return {
    ...plain,
    seq: change.position,
    device_id: change.deviceId,
    key_version: change.keyVersion,
    ...(change.blobs && { blobs: [...change.blobs] }),
  };
};
