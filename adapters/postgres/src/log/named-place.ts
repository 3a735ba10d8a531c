import { isPresentedPlace, type LogQuery } from '@synckeep/core';
import { noEpoch, type Place } from '@synckeep/protocol';
import { fromTag } from '../scope-row.js';

/** A place as the function `named_place` takes it: its kind, then epoch, position, tag, own marker and floor. */
export type NamedPlace = readonly [
  kind: 'start' | 'place' | 'position' | 'presented',
  epoch: string | null,
  position: number,
  tag: number,
  own: number,
  floor: number,
];

/** A cursor of the time when the scope had no log. */
export const isStart = (place: Place): boolean => place.epoch === noEpoch && place.position === 0;

const of = (kind: 'place' | 'presented', { epoch, position, tag, own, floor }: Place): NamedPlace => [
  kind,
  epoch,
  position,
  fromTag(tag),
  own,
  floor,
];

export const toNamedPlace = (after: LogQuery['after']): NamedPlace => {
  if (after === null || after === 0) return ['start', null, 0, 0, 0, 0];
  if (typeof after === 'number') return ['position', null, after, 0, 0, 0];
  if (!isPresentedPlace(after)) return isStart(after) ? ['start', null, 0, 0, 0, 0] : of('place', after);
  const { proof } = after;
  return proof === null || isStart(proof) ? ['presented', null, 0, 0, 0, 0] : of('presented', proof);
};
