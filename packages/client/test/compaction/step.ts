import fc from 'fast-check';

export const peerCount = 3;
export const strangerCount = 2;

/** How long ago a device may have been here and still count: for ever, not at all, or ten minutes. */
export type Active = 'all' | 'none' | 'recent';

export type Step =
  | { readonly kind: 'put' | 'delete'; readonly peer: number; readonly row: number }
  | {
      readonly kind: 'pull' | 'push';
      readonly peer: number;
      readonly limit: number;
      /** Pages, or batches, after which answers are lost; null: none is. */
      readonly lostAfter: number | null;
      /** A step of compaction at the same time, by another process. */
      readonly isBeside: boolean;
    }
  | {
      readonly kind: 'compact';
      readonly steps: number;
      readonly limit: number;
      readonly keptMinutes: number;
      readonly active: Active;
    }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'drift'; readonly peer: number; readonly milliseconds: number }
  | { readonly kind: 'begin' | 'rotate' | 'complete' | 'abort' | 'renew' }
  | { readonly kind: 'reinstall'; readonly peer: number }
  /** What no client of ours does: pushes with a base that any device had at some time. */
  | { readonly kind: 'look'; readonly stranger: number }
  | {
      readonly kind: 'write';
      readonly stranger: number;
      readonly row: number;
      readonly isDelete: boolean;
      readonly pick: number;
    };

const peer = fc.nat(peerCount - 1);
const stranger = fc.nat(strangerCount - 1);
const minute = 60_000;

const edit = fc.record({
  kind: fc.constantFrom<'put' | 'delete'>('put', 'put', 'delete'),
  peer,
  row: fc.nat(4),
});
const sync = fc.record({
  kind: fc.constantFrom<'pull' | 'push'>('pull', 'push'),
  peer,
  limit: fc.constantFrom(1, 2, 3, 500),
  lostAfter: fc.constantFrom(null, null, null, 0, 1),
  isBeside: fc.boolean(),
});
const compact = fc.record({
  kind: fc.constant<'compact'>('compact'),
  steps: fc.constantFrom(1, 2, 100),
  limit: fc.constantFrom(1, 2, 1000),
  keptMinutes: fc.constantFrom(0, 0, 1, 20),
  active: fc.constantFrom<Active>('all', 'all', 'recent', 'none'),
});

/** Random histories of one person's devices. */
export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: edit },
    { weight: 14, arbitrary: sync },
    { weight: 6, arbitrary: compact },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant<'wait'>('wait'),
        milliseconds: fc.constantFrom(2_000, minute, 15 * minute),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant<'drift'>('drift'),
        peer,
        milliseconds: fc.constantFrom(-60 * minute, -minute, minute, 60 * minute),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom<'begin' | 'rotate' | 'complete' | 'abort'>('begin', 'rotate', 'complete', 'abort'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant<'look'>('look'), stranger }) },
    {
      weight: 4,
      arbitrary: fc.record({
        ...{
          kind: fc.constant<'write'>('write'),
          stranger,
          row: fc.nat(1),
          isDelete: fc.boolean(),
          pick: fc.nat(1000),
        },
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant<'reinstall'>('reinstall'), peer }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant<'renew'>('renew') }) },
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
);
