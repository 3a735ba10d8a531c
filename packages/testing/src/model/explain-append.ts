import type { AppendResult, NewBatch } from '@synckeep/core';
import { bytesOf, bytesUsed, headOf, type LogModel, locate } from './log-model.js';
import { isRefused, type Refused } from './operation.js';

const isRefusal = (answer: AppendResult | Refused, code: string): answer is Refused =>
  isRefused(answer) && answer.refused === code;

const isSame = (answer: AppendResult | Refused, expected: AppendResult): boolean =>
  !isRefused(answer) &&
  answer.epoch === expected.epoch &&
  answer.position === expected.position &&
  answer.tag === expected.tag &&
  answer.floor === expected.floor &&
  answer.accepted === expected.accepted &&
  answer.replayed === expected.replayed;

/** undefined: the version is refused. */
const storedVersion = (model: LogModel, asked: number | null): number | null | undefined => {
  const current = model.envelope === null ? model.lastVersion + 1 : model.keyVersion;
  if (asked === null) return model.wasRotated ? null : current;
  return asked === current || asked === model.rotation?.target ? asked : undefined;
};

const changedIndexes = (model: LogModel, { deviceId, changes }: NewBatch, after: number): number[] =>
  changes.flatMap(({ table, rowId }, index) => {
    const isForeign = model.rows.some(
      (row) => row.position > after && row.deviceId !== deviceId && row.table === table && row.rowId === rowId,
    );
    return isForeign ? [index] : [];
  });

const store = (model: LogModel, batch: NewBatch, keyVersion: number | null): LogModel => ({
  ...model,
  rows: [
    ...model.rows,
    ...batch.changes.map((change, index) => ({
      ...change,
      position: model.rows.length + index + 1,
      deviceId: batch.deviceId,
      keyVersion,
      tag: batch.tag,
      isUnreadable: false,
      replaced: null,
    })),
  ],
});

/** The log after the append, in each way in which its answer can be explained; none when it cannot. */
export const explainAppend = (model: LogModel, batch: NewBatch, answer: AppendResult | Refused): LogModel[] => {
  const key = batch.batchId === null ? null : `${batch.deviceId}/${batch.batchId}`;
  const first = key === null ? undefined : model.batches[key];
  if (first !== undefined) return isSame(answer, { ...first, replayed: true }) ? [model] : [];

  const keyVersion = storedVersion(model, batch.keyVersion);
  if (keyVersion === undefined) return isRefusal(answer, 'stale_key_version') ? [model] : [];

  const isOver =
    batch.bytesLimit !== null &&
    batch.changes.some(({ op }) => op !== 'delete') &&
    bytesUsed(model) + batch.changes.reduce((sum, { data }) => sum + bytesOf(data), 0) > batch.bytesLimit;

  const accept = (before: LogModel): LogModel[] => {
    if (isOver) return isRefusal(answer, 'quota_exceeded') ? [before] : [];
    const after = store(before, batch, keyVersion);
    const expected = { ...headOf(after), accepted: batch.changes.length, replayed: false };
    if (!isSame(answer, expected)) return [];
    return [key === null ? after : { ...after, batches: { ...after.batches, [key]: expected } }];
  };

  const { base } = batch;
  if (base === null) return accept(model);
  if (base === 'missing') return isRefusal(answer, 'base_required') ? [model] : [];
  return (model.presented[batch.deviceId] ?? []).flatMap((presented) => {
    const located = locate(model, presented, base);
    const before = { ...model, presented: { ...model.presented, [batch.deviceId]: [presented] } };
    if ('expired' in located) {
      const isExplained =
        isRefusal(answer, 'cursor_expired') && located.expired.includes(String(answer.details?.['reason']));
      return isExplained ? [before] : [];
    }
    const indexes = changedIndexes(model, batch, located.start?.position ?? 0);
    if (indexes.length === 0) return accept(before);
    const isExplained = isRefusal(answer, 'row_changed') && String(answer.details?.['indexes']) === String(indexes);
    return isExplained ? [before] : [];
  });
};
