import { noEpoch, type Place, SyncError } from '@synckeep/protocol';
import { isPresentedPlace, type LogQuery } from '../ports/index.js';
import type { ScopeState, StoredDevice } from './state.js';

type Reason = 'compacted' | 'reset' | 'restored';

const expire = (reason: Reason | null): void => {
  if (reason !== null) throw new SyncError('cursor_expired', { details: { reason } });
};

/** Of the batch that wrote the row at a position; 0 when there is none. The head's is known also when its row is gone. */
export const tagAt = ({ head, rows }: ScopeState, position: number): number =>
  position === head.position ? head.tag : (rows.get(position)?.tag ?? 0);

const otherEpoch = ({ head, endedEpochs, epochStart }: ScopeState, place: Place): Reason => {
  if (endedEpochs.has(place.epoch)) return 'reset';
  return place.floor < head.floor && epochStart < head.floor ? 'compacted' : 'restored';
};

const otherLog = (log: ScopeState, place: Place): Reason | null => {
  if (place.epoch !== log.head.epoch) return otherEpoch(log, place);
  if (place.position > log.head.position) return 'restored';
  const tag = tagAt(log, place.position);
  return tag !== 0 && place.tag !== 0 && tag !== place.tag ? 'restored' : null;
};

/** @throws SyncError `cursor_expired` when the place is not one of this log as it is now. */
export const checkPlace = (log: ScopeState, place: Place): void => {
  const { floor } = log.head;
  expire(place.position < floor && place.floor < floor ? 'compacted' : otherLog(log, place));
};

export const isStart = ({ epoch, position }: Place): boolean => epoch === noEpoch && position === 0;

/** An integer cursor of a device that presented nothing since the last reset can only come from before it. */
const neverPresented = (log: ScopeState): Place => {
  const epoch = [...log.endedEpochs].at(-1) ?? noEpoch;
  return { epoch, position: 0, tag: 0, own: 0, floor: 0 };
};

/**
 * The place that `after` names, checked against the log; null for the start.
 * @throws SyncError `cursor_expired`
 */
export const findPlace = (log: ScopeState, device: StoredDevice, after: LogQuery['after']): Place | null => {
  if (after === null || after === 0) return null;
  let place: Place | null;
  if (isPresentedPlace(after)) {
    if (after.proof && !isStart(after.proof)) expire(otherLog(log, after.proof));
    place = device.presented;
  } else if (typeof after === 'number') {
    place = { ...(device.presented ?? neverPresented(log)), position: after, tag: 0 };
  } else place = after;
  if (place === null || isStart(place)) return null;
  checkPlace(log, place);
  return place;
};
