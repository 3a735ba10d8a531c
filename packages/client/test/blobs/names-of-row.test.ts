import { limits } from '@synckeep/protocol/constants';
import { describe, expect, test } from 'vitest';
import { blobsOfRow } from '../../src/blobs/names-of-row.js';
import { toBase64url } from '../../src/crypto/base64url.js';

const hashOf = (n: number): string => n.toString(16).padStart(64, '0');
const refOf = (n: number) => ({ hash: hashOf(n), key: toBase64url(new Uint8Array(32).fill(n)), size: n });
const blobsOf = (row: unknown) => blobsOfRow(JSON.stringify(row));

describe('the blobs of a row [P-89]', () => {
  test('are those of all references in it, however deep, sorted and once each', () => {
    const row = { id: 'a', file: refOf(3), pages: [[refOf(1)], { thumb: refOf(2), again: refOf(3) }] };
    expect(blobsOf(row)).toEqual([hashOf(1), hashOf(2), hashOf(3)]);
  });

  test('are found among other members of an object, also of another reference', () => {
    expect(blobsOf({ ...refOf(1), id: 'a', preview: refOf(2) })).toEqual([hashOf(1), hashOf(2)]);
    expect(blobsOf({ id: 'a', file: { name: 'a.pdf', ...refOf(1), hashAgain: hashOf(1) } })).toEqual([hashOf(1)]);
  });

  test('are none for a deleted row and for one without references', () => {
    expect(blobsOfRow(null)).toEqual([]);
    expect(blobsOf({ id: 'a', hash: 'abc', key: null, size: 3, none: [null, true, 'text'] })).toEqual([]);
  });

  test.each([
    ['a hash alone', hashOf(1)],
    ['a reference as text', JSON.stringify(refOf(1))],
    ['a hash inside of other text', `see blob:${hashOf(1)}.`],
    ['a hash in capitals', { ...refOf(1), hash: 'A'.repeat(64) }],
    ['a hash as the name of a member', { [hashOf(1)]: true }],
    ['a reference without its key', { ...refOf(1), key: undefined }],
    ['a reference whose key is too short', { ...refOf(1), key: 'AAAA' }],
    ['a reference whose size is none', { ...refOf(1), size: -1 }],
    ['more digits than a hash has', `f${hashOf(1)}`],
  ])('are not told where something could be one: %s', (_, odd) => {
    expect(blobsOf({ id: 'a', file: refOf(2), odd })).toBeNull();
  });

  test('are not told where they are more than a change may name', () => {
    const files = Array.from({ length: limits.blobsPerChange + 1 }, (_, n) => refOf(n));
    expect(blobsOf({ id: 'a', files: files.slice(1) })).toHaveLength(limits.blobsPerChange);
    expect(blobsOf({ id: 'a', files })).toBeNull();
  });

  test('are found in a row that is nested as deep as a change may be', () => {
    const depth = limits.bytesPerChange / 2 - 200;
    const text = `${'['.repeat(depth)}${JSON.stringify(refOf(1))}${']'.repeat(depth)}`;
    expect(blobsOfRow(text)).toEqual([hashOf(1)]);
  });
});
