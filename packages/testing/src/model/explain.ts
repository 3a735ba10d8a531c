import type { LogStatus } from '@synckeep/core';
import { explainAppend } from './explain-append.js';
import {
  explainAbort,
  explainBegin,
  explainComplete,
  explainEntries,
  explainPut,
  explainRotate,
} from './explain-keys.js';
import { explainRead } from './explain-read.js';
import { bytesUsed, headOf, type LogModel } from './log-model.js';
import { type Answered, isRefused } from './operation.js';

const isStatus = (model: LogModel, { head, totalChanges, bytesUsed: used, keyVersion }: LogStatus): boolean => {
  const expected = headOf(model);
  return (
    head.epoch === expected.epoch &&
    head.position === expected.position &&
    head.tag === expected.tag &&
    head.floor === expected.floor &&
    totalChanges === model.rows.length &&
    used === bytesUsed(model) &&
    keyVersion === (model.envelope === null ? null : model.keyVersion)
  );
};

const reset = (model: LogModel, epoch: string): LogModel => ({
  ...model,
  epoch,
  endedByReset: [...model.endedByReset, model.epoch],
  rows: [],
  presented: Object.fromEntries(Object.keys(model.presented).map((device) => [device, [null]])),
  batches: {},
  envelope: null,
  keyVersion: 0,
  rotation: null,
  wasRotated: false,
  history: [],
});

/** The log after one operation, in each way in which its answer can be explained; none when it cannot. */
const explainOne = (model: LogModel, answered: Answered): LogModel[] => {
  const when = (isExplained: boolean, after: LogModel = model): LogModel[] => (isExplained ? [after] : []);
  switch (answered.kind) {
    case 'append':
      return explainAppend(model, answered.batch, answered.answer);
    case 'read':
      return explainRead(model, answered.query, answered.answer);
    case 'status':
      return when(!isRefused(answered.answer) && isStatus(model, answered.answer));
    case 'put':
      return explainPut(model, answered);
    case 'keys': {
      const { answer } = answered;
      if (isRefused(answer)) return [];
      const { rotation } = model;
      return when(
        (answer?.envelope ?? null) === model.envelope &&
          (answer?.keyVersion ?? model.keyVersion) === model.keyVersion &&
          (answer?.rotation?.envelope ?? null) === (rotation?.envelope ?? null) &&
          (answer?.rotation?.keyVersion ?? null) === (rotation?.target ?? null),
      );
    }
    case 'history': {
      if (isRefused(answered.answer)) return [];
      const toLine = ({ envelope, keyVersion, replacedAt, reason }: LogModel['history'][number]) =>
        `${envelope} ${keyVersion} ${replacedAt} ${reason}`;
      return when(answered.answer.map(toLine).join() === model.history.map(toLine).join());
    }
    case 'begin':
      return explainBegin(model, answered);
    case 'entries':
      return explainEntries(model, answered);
    case 'rotate':
      return explainRotate(model, answered);
    case 'complete':
      return explainComplete(model, answered);
    case 'abort':
      return explainAbort(model, answered);
    case 'reset':
      return when(answered.answer === model.lastVersion, reset(model, answered.epoch));
    case 'renew':
      return when(answered.answer === null, { ...model, epoch: answered.epoch });
  }
};

const inEveryOrder = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) => inEveryOrder(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

/**
 * Operations that ran at the same time are right when some order of them, one after the other, explains every answer.
 * @returns every log that may be the one now; none when no order explains what was answered.
 */
export const explain = (models: readonly LogModel[], answered: readonly Answered[]): LogModel[] => {
  const found = new Map<string, LogModel>();
  for (const order of inEveryOrder(answered)) {
    const after = order.reduce((states, one) => states.flatMap((state) => explainOne(state, one)), [...models]);
    for (const model of after) found.set(JSON.stringify(model), model);
  }
  return [...found.values()];
};
