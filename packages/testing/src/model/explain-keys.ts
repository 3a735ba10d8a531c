import { expectPage, isTagRight, toText } from './explain-read.js';
import type { LogModel, ModelRow } from './log-model.js';
import { isOpen, locate, remaining } from './log-model.js';
import { type Answered, isRefused, type Refused } from './operation.js';

type Of<K extends Answered['kind']> = Extract<Answered, { readonly kind: K }>;

const refusedWith = (answer: Answered['answer'], code: Refused['refused'], details: Record<string, unknown> = {}) =>
  isRefused(answer) &&
  answer.refused === code &&
  Object.entries(details).every(([name, value]) => answer.details?.[name] === value);

const when = (isExplained: boolean, model: LogModel): LogModel[] => (isExplained ? [model] : []);

export const explainPut = (model: LogModel, { key, answer }: Of<'put'>): LogModel[] => {
  const { envelope, condition, now } = key;
  if (model.rotation !== null && isRefused(answer)) {
    const isConditionBroken = condition.absent && answer.refused === 'precondition_failed';
    return when(isConditionBroken || answer.refused === 'rotation_in_progress', model);
  }
  if (condition.absent && model.envelope !== null) return when(refusedWith(answer, 'precondition_failed'), model);
  if (isRefused(answer) || model.rotation !== null) return [];
  if (model.envelope === null) {
    const keyVersion = model.lastVersion + 1;
    return when(answer.keyVersion === keyVersion, { ...model, envelope, keyVersion, lastVersion: keyVersion });
  }
  const past = { envelope: model.envelope, keyVersion: model.keyVersion, replacedAt: now, reason: 'replaced' } as const;
  return when(answer.keyVersion === model.keyVersion, { ...model, envelope, history: [past, ...model.history] });
};

export const explainBegin = (model: LogModel, { rotation, answer }: Of<'begin'>): LogModel[] => {
  if (model.envelope === null) return when(refusedWith(answer, 'key_not_found'), model);
  const running = model.rotation;
  if (running !== null && running.envelope !== rotation.envelope) {
    return when(refusedWith(answer, 'rotation_in_progress'), model);
  }
  if (isRefused(answer)) return [];
  const target = running?.target ?? model.lastVersion + 1;
  const begun = {
    ...model,
    rotation: { envelope: rotation.envelope, target },
    lastVersion: Math.max(target, model.lastVersion),
    wasRotated: true,
  };
  return when(answer.keyVersion === target && answer.remaining === remaining(model, target), begun);
};

export const explainEntries = (model: LogModel, { query, answer }: Of<'entries'>): LogModel[] => {
  const { rotation } = model;
  if (rotation === null) return when(refusedWith(answer, 'no_rotation'), model);
  const anywhere = { epoch: model.epoch, position: 0, tag: 0, own: 0, floor: 0 };
  const located = locate(model, anywhere, query.after);
  if ('expired' in located) {
    return when(refusedWith(answer, 'cursor_expired', { reason: located.expired[0] }), model);
  }
  if (isRefused(answer)) return [];
  const { start } = located;
  const expected = expectPage(model, start?.position ?? 0, query, (row) => isOpen(row, rotation.target));
  const { entries, next, hasMore } = answer;
  const isExplained =
    entries.map(toText).join() === expected.rows.map(toText).join() &&
    next.position >= expected.lowest &&
    next.position <= expected.highest &&
    (expected.hasMore ?? hasMore) === hasMore &&
    next.epoch === model.epoch &&
    isTagRight(model, next, start);
  return when(isExplained, model);
};

export const explainRotate = (model: LogModel, { batch, answer }: Of<'rotate'>): LogModel[] => {
  if (model.rotation === null) return when(refusedWith(answer, 'no_rotation'), model);
  const { target } = model.rotation;
  if (batch.keyVersion !== null && batch.keyVersion !== target) {
    return when(refusedWith(answer, 'stale_key_version'), model);
  }
  const wrong = batch.entries.findIndex(({ position }) => (model.rows[position - 1]?.data ?? null) === null);
  if (wrong >= 0) return when(refusedWith(answer, 'unknown_entry', { index: wrong }), model);
  const dataByPosition = new Map(batch.entries.map(({ position, data }) => [position, data]));
  const rows = model.rows.map((row): ModelRow => {
    const data = dataByPosition.get(row.position);
    if (data === undefined || row.keyVersion === target) return row;
    if (data === null) return { ...row, isUnreadable: true };
    const replaced = { data: row.data, keyVersion: row.keyVersion };
    return { ...row, data, keyVersion: target, isUnreadable: false, replaced };
  });
  const rotated = { ...model, rows };
  if (isRefused(answer)) return [];
  return when(answer.updated === batch.entries.length && answer.remaining === remaining(rotated, target), rotated);
};

export const explainComplete = (model: LogModel, { now, answer }: Of<'complete'>): LogModel[] => {
  const { rotation, envelope } = model;
  if (rotation === null || envelope === null) return when(refusedWith(answer, 'no_rotation'), model);
  const left = remaining(model, rotation.target);
  if (left > 0) return when(refusedWith(answer, 'rotation_incomplete', { remaining: left }), model);
  if (isRefused(answer)) return [];
  const unreadable = model.rows.filter(({ isUnreadable }) => isUnreadable).length;
  return when(answer.keyVersion === rotation.target && answer.unreadable === unreadable, {
    ...model,
    rows: model.rows.map((row) => ({ ...row, isUnreadable: false, replaced: null })),
    envelope: rotation.envelope,
    keyVersion: rotation.target,
    rotation: null,
    history: [{ envelope, keyVersion: model.keyVersion, replacedAt: now, reason: 'rotated' }, ...model.history],
  });
};

export const explainAbort = (model: LogModel, { now, answer }: Of<'abort'>): LogModel[] => {
  const { rotation } = model;
  if (rotation === null) return when(refusedWith(answer, 'no_rotation'), model);
  if (isRefused(answer)) return [];
  const past = {
    envelope: rotation.envelope,
    keyVersion: rotation.target,
    replacedAt: now,
    reason: 'aborted',
  } as const;
  return when(answer.keyVersion === model.keyVersion, {
    ...model,
    rows: model.rows.map((row) => ({ ...row, ...row.replaced, isUnreadable: false, replaced: null })),
    rotation: null,
    history: [past, ...model.history],
  });
};
