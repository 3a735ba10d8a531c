import type { RequestOf } from '@synckeep/protocol';

export type PushedChange = RequestOf<'push'>['changes'][number];

/** What `data` of every test holds, so that it can be searched for where it must not be. */
export const canary = 'canary-data';

/** A change of one row. */
export const change = (rowId: string, fields: Partial<PushedChange> = {}): PushedChange => ({
  table: 'tasks',
  op: 'update',
  row_id: rowId,
  timestamp: '2026-03-13T10:05:00.123456789Z',
  data: `${canary} of ${rowId}`,
  ...fields,
});

/** `count` changes of rows named `<prefix>-<n>`. */
export const changes = (count: number, prefix = 'row', fields: Partial<PushedChange> = {}): PushedChange[] =>
  Array.from({ length: count }, (_, n) => change(`${prefix}-${n}`, fields));
