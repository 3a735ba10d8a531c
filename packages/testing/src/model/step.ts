import fc from 'fast-check';

/** One step of a random history: what is to be tried, before it is known what the log holds by then. */
export type Step =
  | {
      readonly kind: 'append';
      readonly device: number;
      readonly rows: readonly {
        readonly row: number;
        readonly op: 'insert' | 'update' | 'delete';
        readonly size: number | null;
      }[];
      readonly batchId: 'none' | 'new' | 'again';
      readonly base: 'none' | 'missing' | 'place' | 'integer' | 'presented' | 'wrong';
      readonly keyVersion: 'none' | 'current' | 'target' | 'wrong';
      readonly isTight: boolean;
      readonly pick: number;
    }
  | {
      readonly kind: 'read';
      readonly device: number;
      readonly after: 'start' | 'next' | 'place' | 'integer' | 'presented' | 'wrong';
      readonly includeOwn: boolean;
      readonly isPresented: boolean;
      readonly limit: number;
      readonly maxBytes: number;
      readonly maxScan: number;
      readonly pick: number;
    }
  | { readonly kind: 'put'; readonly isFirst: boolean }
  | { readonly kind: 'begin'; readonly isAgain: boolean }
  | {
      readonly kind: 'entries';
      readonly isFromStart: boolean;
      readonly limit: number;
      readonly maxScan: number;
      readonly pick: number;
    }
  | {
      readonly kind: 'rotate';
      readonly picks: readonly number[];
      readonly isUnreadable: boolean;
      readonly isWrong: boolean;
    }
  | { readonly kind: 'rotateAll' }
  | { readonly kind: 'abort'; readonly limit: number }
  | { readonly kind: 'status' | 'keys' | 'history' | 'complete' | 'reset' | 'renew' };

const pick = fc.nat(1000);
const device = fc.nat(2);
const limit = fc.constantFrom(1, 2, 3, 500);
const maxScan = fc.constantFrom(1, 3, 10_000, 10_000);

const append = fc.record({
  kind: fc.constant('append' as const),
  device,
  rows: fc.array(
    fc.record({
      row: fc.nat(5),
      op: fc.constantFrom('insert' as const, 'update' as const, 'delete' as const),
      size: fc.option(fc.nat(12), { nil: null, freq: 4 }),
    }),
    { maxLength: 4 },
  ),
  batchId: fc.constantFrom('none' as const, 'new' as const, 'new' as const, 'again' as const),
  base: fc.constantFrom(
    ...([
      'none',
      'none',
      'none',
      'none',
      'none',
      'missing',
      'place',
      'place',
      'integer',
      'presented',
      'wrong',
    ] as const),
  ),
  keyVersion: fc.constantFrom(
    ...(['none', 'none', 'none', 'current', 'current', 'current', 'current', 'target', 'wrong'] as const),
  ),
  isTight: fc.constantFrom(false, false, false, true),
  pick,
});

const read = fc.record({
  kind: fc.constant('read' as const),
  device,
  after: fc.constantFrom(...(['start', 'next', 'next', 'place', 'integer', 'presented', 'wrong'] as const)),
  includeOwn: fc.constantFrom(false, false, true),
  isPresented: fc.constantFrom(true, true, true, false),
  limit,
  maxBytes: fc.constantFrom(1, 12, 30, 1_000_000),
  maxScan,
  pick,
});

const entries = fc.record({ kind: fc.constant('entries' as const), isFromStart: fc.boolean(), limit, maxScan, pick });
const put = fc.record({ kind: fc.constant('put' as const), isFirst: fc.boolean() });
const begin = fc.record({ kind: fc.constant('begin' as const), isAgain: fc.boolean() });
const rotate = fc.record({
  kind: fc.constant('rotate' as const),
  picks: fc.array(pick, { minLength: 1, maxLength: 4 }),
  isUnreadable: fc.constantFrom(false, false, false, true),
  isWrong: fc.constantFrom(false, false, false, false, true),
});
const plain = fc.record({ kind: fc.constantFrom('status' as const, 'keys' as const, 'history' as const) });
const complete = fc.record({ kind: fc.constant('complete' as const) });
const rotateAll = fc.record({ kind: fc.constant('rotateAll' as const) });
const abort = fc.record({ kind: fc.constant('abort' as const), limit: fc.constantFrom(1, 2, 100) });
const upheaval = fc.record({ kind: fc.constantFrom('reset' as const, 'renew' as const) });

const anyTime = [
  { weight: 12, arbitrary: append },
  { weight: 10, arbitrary: read },
  { weight: 2, arbitrary: plain },
  { weight: 2, arbitrary: put },
  { weight: 3, arbitrary: begin },
  { weight: 2, arbitrary: entries },
  { weight: 3, arbitrary: rotate },
  { weight: 2, arbitrary: complete },
] as const;

const alone: fc.Arbitrary<Step> = fc.oneof(
  ...anyTime,
  { weight: 2, arbitrary: rotateAll },
  { weight: 2, arbitrary: abort },
  { weight: 1, arbitrary: upheaval },
);
const together: fc.Arbitrary<Step> = fc.oneof(...anyTime);

/** A history: steps alone, and up to three at the same time. */
export const histories: fc.Arbitrary<Step[][]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(alone) },
    { weight: 2, arbitrary: fc.array(together, { minLength: 2, maxLength: 3 }) },
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
);
