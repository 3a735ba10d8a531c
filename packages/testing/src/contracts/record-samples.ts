import type { RecordCheck, RecordDelete, RecordPut } from '@synckeep/core';

/** A kind that no other test uses. */
export const createKind = (): string => `contract-${crypto.randomUUID()}`;

export const put = (kind: string, key: string, over: Partial<RecordPut> = {}): RecordPut => ({
  write: 'put',
  kind,
  key,
  condition: 'any',
  value: { key },
  expiresAt: null,
  unique: {},
  indexes: {},
  ...over,
});

export const remove = (kind: string, key: string, over: Partial<RecordDelete> = {}): RecordDelete => ({
  write: 'delete',
  kind,
  key,
  condition: 'any',
  ...over,
});

export const check = (kind: string, key: string, condition: RecordCheck['condition']): RecordCheck => ({
  write: 'check',
  kind,
  key,
  condition,
});
