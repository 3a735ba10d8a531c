import { describe, expect, it } from 'vitest';
import { bodyOf, hashOf, hour, makeSecret, newKey, openStage, request, signUpload, upload } from './stage.js';

const bytes = Buffer.from('sealed bytes');
const refused = { code: 'invalid_signature' };

const alter = (url: string, name: string, value: string): string => {
  const altered = new URL(url);
  altered.searchParams.set(name, value);
  return altered.href;
};

describe('signed URLs', () => {
  it('stand below the prefix of the operations, without a doubled slash', async () => {
    const { store, clock } = await openStage();
    const url = await store.signDownload('a/b', clock.now() + hour);
    expect(url).toMatch(
      /^http:\/\/127\.0\.0\.1:8787\/api\/sync\/blobs\/object\/a\/b\?kid=first&expires=\d+&signature=[0-9a-f]{64}$/,
    );
  });

  it.each([
    ['size', '13'],
    ['size', '-1'],
    ['size', ''],
    ['hash', hashOf(Buffer.from('other bytes!'))],
    ['hash', 'x'],
    ['expires', '9999999999999'],
    ['expires', '1e99'],
    ['kid', 'second'],
    ['kid', '__proto__'],
    ['signature', ''],
    ['signature', 'a'.repeat(64)],
    ['signature', 'a'.repeat(6400)],
  ])('of an upload are refused when %s becomes "%s"', async (name, value) => {
    const stage = await openStage();
    stage.secrets.push(makeSecret('second'));
    const url = await signUpload(stage, newKey(), bytes);
    await expect(
      request(stage.store, alter(url, name, value), { method: 'PUT', chunks: [bytes] }),
    ).rejects.toMatchObject(refused);
  });

  it('admit no other method and no other key', async () => {
    const stage = await openStage();
    const key = newKey();
    await upload(stage, key, bytes);
    const up = await signUpload(stage, key, bytes);
    const down = await stage.store.signDownload(key, stage.clock.now() + hour);
    await expect(request(stage.store, up)).rejects.toMatchObject(refused);
    await expect(request(stage.store, down, { method: 'PUT', chunks: [bytes] })).rejects.toMatchObject(refused);
    const other = newKey();
    await upload(stage, other, bytes);
    await expect(request(stage.store, down.replace(key, other))).rejects.toMatchObject(refused);
    await expect(
      request(stage.store, `${down}&size=1&hash=${hashOf(bytes)}`.replace('kid', 'KID')),
    ).rejects.toMatchObject(refused);
  });

  it('end at their expiry, checked when the request starts', async () => {
    const stage = await openStage();
    const key = newKey();
    const up = await signUpload(stage, key, bytes);
    const down = await stage.store.signDownload(key, stage.clock.now() + hour);
    async function* slowly() {
      yield bytes.subarray(0, 4);
      stage.clock.time += 2 * hour;
      yield bytes.subarray(4);
    }
    expect((await request(stage.store, up, { method: 'PUT', chunks: slowly() })).status).toBe(200);
    await expect(request(stage.store, up, { method: 'PUT', chunks: [bytes] })).rejects.toMatchObject(refused);
    await expect(request(stage.store, down)).rejects.toMatchObject(refused);
  });

  it('outlive a change of the secret as long as the old one is listed', async () => {
    const stage = await openStage();
    const key = newKey();
    await upload(stage, key, bytes);
    const old = await stage.store.signDownload(key, stage.clock.now() + hour);
    stage.secrets.unshift(makeSecret('second'));
    expect(await stage.store.signDownload(key, stage.clock.now() + hour)).toContain('kid=second');
    expect(await bodyOf(await request(stage.store, old))).toEqual(bytes);
    stage.secrets.pop();
    await expect(request(stage.store, old)).rejects.toMatchObject(refused);
  });

  it.each([
    '../escape',
    'a/../../b',
    '/a',
    'a//b',
    'a/',
    'A',
    'a\0b',
    'a%2fb',
    '',
    'a.b',
    `${'a/'.repeat(10)}a`,
    'a'.repeat(129),
  ])('are not made for the path trick %j, nor does it reach the disk in another way', async (trick) => {
    const { store, clock } = await openStage();
    await expect(store.signDownload(trick, clock.now() + hour)).rejects.toThrow(TypeError);
    await expect(store.inspect(trick, 1)).rejects.toThrow(TypeError);
    await expect(store.delete(trick)).rejects.toThrow(TypeError);
    const url = (await store.signDownload('a/b', clock.now() + hour)).replace('/a/b?', `/${trick}?`);
    await expect(request(store, url)).rejects.toMatchObject(refused);
  });
});
