import { noEpoch, type Place, SyncError } from '@synckeep/protocol';
import { isPresentedPlace, type LogQuery } from '../ports/index.js';
import type { ScopeState, StoredDevice } from './state.js';

type Reason = 'compacted' | 'reset' | 'restored';

const expire = (reason: Reason | null): void => {
  if (reason !== null) throw new SyncError('cursor_expired', { details: { reason } });
};

const otherLog = ({ head, endedEpochs, rows }: ScopeState, place: Place): Reason | null => {
  if (place.epoch !== head.epoch) return endedEpochs.has(place.epoch) ? 'reset' : 'restored';
  if (place.position > head.position) return 'restored';
  const row = rows.get(place.position);
  return row && place.tag !== 0 && row.tag !== place.tag ? 'restored' : null;
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
