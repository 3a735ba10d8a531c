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

/** Text that JSON has as it is: looking takes less time than escaping what needs none. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const toQuoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** The JSON of {@link toChangeAnswer} and a line feed, in half the time. */
export const toChangeLine = (app: App, change: StoredChange, isRich: boolean): string => {
  const { table, rowId, timestamp, data, position, deviceId, keyVersion, blobs } = change;
  const line = `{"table":"${table}","op":"${toOpAnswer(app, change.op)}","row_id":${toQuoted(rowId)},"timestamp":${toQuoted(timestamp)},"data":${data === null ? 'null' : toQuoted(data)}`;
  if (!isRich) return `${line}}\n`;
  const named = blobs === null ? '' : `,"blobs":${JSON.stringify(blobs)}`;
  return `${line},"seq":${position},"device_id":${toQuoted(deviceId)},"key_version":${keyVersion}${named}}\n`;
};
