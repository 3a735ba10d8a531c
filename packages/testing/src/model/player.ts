import type { NewBatch, NewChange, Scope, Storage } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';
import { newEnvelope } from '../contracts/key-samples.js';
import { now as begin, createEpoch, createTag, newBatch, newChange, newQuery, toPlace } from '../contracts/samples.js';
import { bytesUsed, type LogModel } from './log-model.js';
import { type Answered, isRefused, type Operation, perform } from './operation.js';
import type { Step } from './step.js';

const pace = 700;

const pickFrom = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)];

/** Turns steps into calls with the cursors and batches that the history has brought so far, and makes them. */
export const createPlayer = (scope: Scope, devices: readonly string[]) => {
  const places: Place[] = [];
  const entryPlaces: Place[] = [];
  const nextByDevice = new Map<string, Place>();
  let batches: NewBatch[] = [];
  let now = begin;

  const wrongPlace = (model: LogModel, pick: number): Place => {
    const place = { epoch: model.epoch, position: model.rows.length, tag: 0, own: 0, floor: 0 };
    const tag = model.rows.at(-1)?.tag ?? 0;
    if (pick % 3 === 0) return { ...place, epoch: createEpoch() };
    if (pick % 3 === 1 || tag === 0) return { ...place, position: place.position + 1 };
    return { ...place, tag: tag === 1 ? 2 : tag - 1 };
  };
  const integer = (model: LogModel, pick: number): number => pick % (model.rows.length + 2);

  const toBatch = (step: Extract<Step, { kind: 'append' }>, deviceId: string, model: LogModel): NewBatch => {
    if (step.batchId === 'again') {
      const again = pickFrom(
        batches.filter((batch) => batch.deviceId === deviceId),
        step.pick,
      );
      if (again) return { ...again, now };
    }
    const changes = step.rows.map(({ row, op, size }): NewChange => {
      const data = size === null ? null : 'é'.repeat(size % 5) + 'x'.repeat(size);
      return newChange(`row ${row}`, { op, data });
    });
    const current = model.envelope === null ? model.lastVersion + 1 : model.keyVersion;
    const keyVersion = { none: null, current, target: model.rotation?.target ?? null, wrong: model.lastVersion + 2 };
    const base = {
      none: null,
      missing: 'missing',
      place: pickFrom(places, step.pick) ?? null,
      integer: integer(model, step.pick),
      presented: { proof: null },
      wrong: wrongPlace(model, step.pick),
    } as const;
    return newBatch(deviceId, changes, {
      batchId: step.batchId === 'none' ? null : crypto.randomUUID(),
      keyVersion: keyVersion[step.keyVersion],
      base: base[step.base],
      bytesLimit: step.isTight ? bytesUsed(model) + (step.pick % 30) : null,
      tag: createTag(),
      now,
    });
  };

  const toRead = (step: Extract<Step, { kind: 'read' }>, deviceId: string, model: LogModel): Operation => {
    const after = {
      start: null,
      next: nextByDevice.get(deviceId) ?? null,
      place: pickFrom(places, step.pick) ?? null,
      integer: integer(model, step.pick),
      presented: { proof: null },
      wrong: wrongPlace(model, step.pick),
    } as const;
    const { includeOwn, isPresented, limit, maxBytes, maxScan } = step;
    const query = { after: after[step.after], includeOwn, isPresented, limit, maxBytes, maxScan, now };
    return { kind: 'read', query: newQuery(deviceId, query) };
  };

  const toRotate = (model: LogModel, positions: readonly number[], isUnreadable: boolean): Operation => {
    const entries = [...new Set(positions)].map((position) => ({
      position,
      data: isUnreadable ? null : `rotated ${crypto.randomUUID().slice(0, 4)}`,
    }));
    return { kind: 'rotate', batch: { entries, keyVersion: model.rotation?.target ?? null, bytesLimit: null, now } };
  };

  const toOperation = (step: Step, model: LogModel, slot: number | null): Operation => {
    const device = slot ?? ('device' in step ? step.device : 0);
    const deviceId = devices[device] ?? '';
    const withData = model.rows.filter(({ data }) => data !== null).map(({ position }) => position);
    switch (step.kind) {
      case 'append':
        return { kind: 'append', batch: toBatch(step, deviceId, model) };
      case 'read':
        return toRead(step, deviceId, model);
      case 'put': {
        const condition = { absent: step.isFirst, etags: null, keyVersion: null };
        const key = {
          envelope: newEnvelope(),
          etag: crypto.randomUUID(),
          condition,
          freshEpoch: createEpoch(),
          guards: [],
          now,
        };
        return { kind: 'put', key };
      }
      case 'begin': {
        const envelope = (step.isAgain ? model.rotation?.envelope : undefined) ?? newEnvelope();
        return { kind: 'begin', rotation: { envelope, etag: crypto.randomUUID(), keyVersion: null, now } };
      }
      case 'entries': {
        const after = step.isFromStart ? null : (pickFrom(entryPlaces, step.pick) ?? null);
        return { kind: 'entries', query: { after, limit: step.limit, maxBytes: 1000, maxScan: step.maxScan } };
      }
      case 'rotate': {
        const positions = step.picks.flatMap((pick) => pickFrom(withData, pick) ?? []);
        return toRotate(model, step.isWrong ? [...positions, model.rows.length + 1] : positions, step.isUnreadable);
      }
      case 'rotateAll':
        return toRotate(model, withData, false);
      case 'abort':
        return { kind: 'abort', limit: step.limit, now };
      case 'complete':
        return { kind: 'complete', now };
      case 'reset':
        return { kind: 'reset', epoch: createEpoch(), now };
      case 'renew':
        return { kind: 'renew', epoch: createEpoch() };
      default:
        return { kind: step.kind };
    }
  };

  const note = (answered: Answered): void => {
    if (isRefused(answered.answer)) return;
    if (answered.kind === 'reset') batches = [];
    if (answered.kind === 'append' && !isRefused(answered.answer)) {
      if (answered.batch.batchId !== null) batches.push(answered.batch);
      places.push(toPlace(answered.answer));
    }
    if (answered.kind === 'read' && !isRefused(answered.answer)) {
      places.push(answered.answer.next);
      nextByDevice.set(answered.query.deviceId, answered.answer.next);
    }
    if (answered.kind === 'entries' && !isRefused(answered.answer)) entryPlaces.push(answered.answer.next);
  };

  return {
    /** Makes the calls of these steps at once, over the instances in turn. Several steps use a device each. */
    async play(steps: readonly Step[], model: LogModel, instances: readonly [Storage, Storage]): Promise<Answered[]> {
      now += pace;
      const operations = steps.map((step, slot) => toOperation(step, model, steps.length > 1 ? slot : null));
      const first = now % (2 * pace) === begin % (2 * pace) ? 0 : 1;
      const answered = await Promise.all(
        operations.map((operation, slot) => perform(instances[(first + slot) % 2 === 0 ? 0 : 1], scope, operation)),
      );
      for (const one of answered) note(one);
      return answered;
    },
  };
};
