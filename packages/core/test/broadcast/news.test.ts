import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNewsBox } from '../../src/broadcast/news-box.js';
import { fromText, toTexts } from '../../src/broadcast/news-text.js';
import { type News, type Scope, scopeKey } from '../../src/index.js';

const self = '0123456789abcdef';
const largest = Number.MAX_SAFE_INTEGER;

/** Few ids and low positions, so that news often meets news that it can be merged with. */
const id = fc.oneof(fc.constantFrom(...Array.from('012', (digit) => `${digit}0000000-f000-4000-8000-0000000000ff`)), {
  weight: 1,
  arbitrary: fc.uuid(),
});
const scope = fc.record({ appId: id, userId: id });
const log = fc
  .record({ scope, deviceId: id, from: fc.oneof(fc.nat(5), fc.maxSafeNat()), length: fc.nat(2) })
  .map(({ length, ...rest }): News => ({ topic: 'log', ...rest, to: Math.min(largest, rest.from + length) }));
const pieces = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: log },
    { weight: 5, arbitrary: scope.map((one): News => ({ topic: 'keys', scope: one })) },
    { weight: 2, arbitrary: fc.constant<News>({ topic: 'access' }) },
  ),
  { size: '+1' },
);
const longest = fc.integer({ min: 200, max: 2_000 });

const textLength = (news: News): number => (news.topic === 'log' ? news.to - news.from : 0);
const countPositions = (news: readonly News[]): bigint => news.reduce((sum, one) => sum + BigInt(textLength(one)), 0n);

const isSameScope = (a: { scope: Scope }, b: { scope: Scope }): boolean => scopeKey(a.scope) === scopeKey(b.scope);
const covers = (heard: News, news: News): boolean => {
  if (heard.topic === 'all') return true;
  if (heard.topic === 'keys') return news.topic === 'keys' && isSameScope(heard, news);
  if (heard.topic === 'access') return news.topic === 'access';
  if (news.topic !== 'log' || !isSameScope(heard, news)) return false;
  return heard.deviceId === news.deviceId && heard.from <= news.from && heard.to >= news.to;
};
const isCovered = (news: News, list: readonly News[]): boolean => list.some((one) => covers(one, news));

const fill = (news: readonly News[], most = 10_000): News[] => {
  const box = createNewsBox(most);
  for (const piece of news) box.add(piece);
  return box.list();
};
const readAll = (texts: readonly string[]): readonly News[] =>
  texts.flatMap((text) => {
    const message = fromText(text);
    expect(message?.from, text).toBe(self);
    return message?.news ?? [];
  });

describe('news that waits', () => {
  const [appId, userId, a, b] = ['1', '2', '3', '4'].map((digit) => `${digit}0000000-0000-4000-8000-000000000000`);
  if (!appId || !userId || !a || !b) throw new Error('unreachable');
  const one = { appId, userId };
  const written = (deviceId: string, from: number, to: number): News => ({
    topic: 'log',
    scope: one,
    deviceId,
    from,
    to,
  });

  it('is covered by what the box gives, which claims no position that was not written', () => {
    fc.assert(
      fc.property(pieces, (news) => {
        const list = fill(news);
        expect(news.filter((piece) => !isCovered(piece, list))).toEqual([]);
        expect(countPositions(list)).toBe(countPositions(news));
        expect(list.length).toBeLessThanOrEqual(news.length);
      }),
    );
  });

  it('is merged where one device wrote on without a gap, and kept apart where another one came between', () => {
    expect(fill([written(a, 0, 1), written(a, 1, 4), written(b, 4, 5), written(a, 5, 6), written(a, 7, 8)])).toEqual([
      written(a, 0, 4),
      written(b, 4, 5),
      written(a, 5, 6),
      written(a, 7, 8),
    ]);
  });

  it('is kept once where it says the same', () => {
    const keys: News = { topic: 'keys', scope: one };
    expect(fill([keys, { topic: 'access' }, keys, { topic: 'access' }])).toEqual([{ topic: 'access' }, keys]);
  });

  it('becomes `all` beyond its bound, and stays it', () => {
    const three = [written(a, 0, 1), written(b, 1, 2), written(a, 2, 3)];
    expect(fill(three, 3)).toEqual(three);
    expect(fill([...three, written(b, 3, 4), { topic: 'access' }, written(a, 9, 10)], 3)).toEqual([{ topic: 'all' }]);
    expect(fill([written(a, 0, 1), { topic: 'all' }])).toEqual([{ topic: 'all' }]);
  });
});

describe('news as text', () => {
  it('is read as it was written, in texts that are no longer than they may be', () => {
    fc.assert(
      fc.property(pieces, longest, (news, bytes) => {
        const texts = toTexts(self, news, bytes);
        expect(texts.filter((text) => new TextEncoder().encode(text).length > bytes)).toEqual([]);
        expect(readAll(texts)).toEqual(news);
      }),
    );
  });

  it('loses nothing on its way through the box', () => {
    fc.assert(
      fc.property(pieces, longest, fc.integer({ min: 1, max: 50 }), (news, bytes, most) => {
        const heard = readAll(toTexts(self, fill(news, most), bytes));
        expect(news.filter((piece) => !isCovered(piece, heard))).toEqual([]);
      }),
    );
  });

  it('takes less than 56 bytes for each of many users of an app', () => {
    const appId = crypto.randomUUID();
    const news = Array.from({ length: 140 }, (_, n): News => {
      const scope = { appId, userId: crypto.randomUUID() };
      return { topic: 'log', scope, deviceId: crypto.randomUUID(), from: 1_000 + n, to: 1_001 + n };
    });
    expect(toTexts(self, news, 7_900)).toHaveLength(1);
  });

  it.each<[string, News]>([
    ['an id that is no UUID', { topic: 'keys', scope: { appId: 'app 1', userId: self } }],
    ['a UUID in capitals', { topic: 'keys', scope: { appId: crypto.randomUUID().toUpperCase(), userId: self } }],
  ])('says `all` instead of %s', (_, news) => {
    expect(readAll(toTexts(self, [{ topic: 'access' }, news], 500))).toEqual([{ topic: 'all' }]);
  });

  it.each([
    '',
    'hello',
    'synckeep1',
    'synckeep1 me *',
    `synckeep2 ${self} *`,
    `synckeep1 ${self} ?`,
    `synckeep1 ${self}  *`,
    `synckeep1 ${self} K`,
    `synckeep1 ${self} 1+1`,
    `synckeep1 ${self} Ashort U${'A'.repeat(22)} K`,
    `synckeep1 ${self} A${'A'.repeat(22)} U${'A'.repeat(22)} 1+1`,
    `synckeep1 ${self} A${'A'.repeat(22)} U${'A'.repeat(22)} D${'A'.repeat(22)} zzzzzzzzzzz+1`,
    `synckeep1 ${self} A${'A'.repeat(22)} U${'A'.repeat(22)} D${'A'.repeat(22)} 1-1`,
  ])('is not found in "%s"', (text) => {
    expect(fromText(text)).toBeNull();
  });

  it('is read from no text that was damaged into something impossible', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), fc.string({ unit: 'grapheme', maxLength: 2 }), (news, at, by) => {
        const [text = ''] = toTexts(self, news, 2_000);
        const index = at % (text.length + 1);
        const message = fromText(text.slice(0, index) + by + text.slice(index + 1));
        for (const one of message?.news ?? []) {
          if (one.topic !== 'log') continue;
          expect(one.from).toBeGreaterThanOrEqual(0);
          expect(one.to).toBeGreaterThanOrEqual(one.from);
          expect(Number.isSafeInteger(one.to)).toBe(true);
        }
      }),
    );
  });
});
