import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bodyOf, filesIn, hashOf, hour, newKey, openStage, request, type Stage, signUpload, upload } from './stage.js';

const bytes = Buffer.from('sealed bytes');

const expectNothingOf = async ({ store, folder }: Stage, key: string): Promise<void> => {
  expect(await filesIn(folder)).toEqual([]);
  expect(await store.inspect(key, bytes.length)).toBeNull();
};

/** The prototype that every `FileHandle` has; its methods can be watched and made to fail. */
const fileHandlePrototype = async () => {
  const handle = await open('/dev/null', 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as typeof handle;
};

const diskError = (code: string): Error => Object.assign(new Error(code), { code });

describe('an upload', () => {
  it('stores the bytes and nothing else, for the owner only', async () => {
    const stage = await openStage();
    const key = newKey();
    expect(await upload(stage, key, bytes)).toMatchObject({ status: 200, body: null });
    const files = await filesIn(stage.folder);
    expect(files).toHaveLength(1);
    const [file = ''] = files;
    expect((await readFile(file)).subarray(0, bytes.length)).toEqual(bytes);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (let folder = dirname(file); folder.length >= stage.folder.length; folder = dirname(folder)) {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
    expect(await stage.store.inspect(key, bytes.length)).toEqual({ sizeBytes: bytes.length, hash: hashOf(bytes) });
  });

  it('takes a blob of no bytes', async () => {
    const stage = await openStage();
    const key = newKey();
    const none = Buffer.alloc(0);
    expect((await upload(stage, key, none)).status).toBe(200);
    expect(await stage.store.inspect(key, 0)).toEqual({ sizeBytes: 0, hash: hashOf(none) });
    const answer = await request(stage.store, await stage.store.signDownload(key, stage.clock.now() + hour));
    expect(answer.headers['content-length']).toBe('0');
    expect(await bodyOf(answer)).toEqual(none);
  });

  it.each([
    ['short', [bytes.subarray(1)]],
    ['empty', []],
    ['long', [bytes, Buffer.from('!')]],
    ['altered', [Buffer.from('Sealed bytes')]],
  ])('that is %s is refused and leaves nothing behind', async (_name, chunks) => {
    const stage = await openStage();
    const key = newKey();
    const url = await signUpload(stage, key, bytes);
    await expect(request(stage.store, url, { method: 'PUT', chunks })).rejects.toMatchObject({ code: 'blob_mismatch' });
    await expectNothingOf(stage, key);
    expect((await request(stage.store, url, { method: 'PUT', chunks: [bytes] })).status).toBe(200);
  });

  it('that announces another length is refused before a byte is read', async () => {
    const stage = await openStage();
    const url = await signUpload(stage, newKey(), bytes);
    const chunks = {
      [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
        throw new Error('The body was read.');
      },
    };
    const sent = request(stage.store, url, { method: 'PUT', headers: { 'content-length': '13' }, chunks });
    await expect(sent).rejects.toMatchObject({ code: 'blob_mismatch' });
  });

  it('stops reading as soon as more came than was announced', async () => {
    const stage = await openStage();
    const url = await signUpload(stage, newKey(), bytes);
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        yield bytes;
      }
    }
    await expect(request(stage.store, url, { method: 'PUT', chunks: endless() })).rejects.toMatchObject({
      code: 'blob_mismatch',
    });
    expect(taken).toBe(2);
  });

  it('whose connection is lost leaves nothing behind', async () => {
    const stage = await openStage();
    const key = newKey();
    const lost = new Error('The client is gone.');
    async function* cutOff() {
      yield bytes.subarray(0, 5);
      throw lost;
    }
    const sent = request(stage.store, await signUpload(stage, key, bytes), { method: 'PUT', chunks: cutOff() });
    await expect(sent).rejects.toMatchObject({ code: 'blob_mismatch', cause: lost });
    await expectNothingOf(stage, key);
  });

  it('to a key that is taken answers 200 and touches nothing', async () => {
    const stage = await openStage();
    const key = newKey();
    await upload(stage, key, bytes);
    const [file = ''] = await filesIn(stage.folder);
    const before = await stat(file);
    stage.clock.time += hour / 2;
    expect((await upload(stage, key, bytes)).status).toBe(200);
    const after = await stat(file);
    expect([after.ino, after.mtimeMs, after.ctimeMs]).toEqual([before.ino, before.mtimeMs, before.ctimeMs]);
    expect(await filesIn(stage.folder)).toHaveLength(1);
  });

  it('with an old URL cannot change what is stored', async () => {
    const stage = await openStage();
    const key = newKey();
    const other = Buffer.from('other bytes!');
    const url = await signUpload(stage, key, other);
    await upload(stage, key, bytes);
    await request(stage.store, url, { method: 'PUT', chunks: [other] });
    expect(await stage.store.inspect(key, bytes.length)).toEqual({ sizeBytes: bytes.length, hash: hashOf(bytes) });
  });

  it('made ten times at once is stored once', async () => {
    const stage = await openStage();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => upload(stage, key, bytes)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await filesIn(stage.folder)).toHaveLength(1);
  });

  it('is found while neighbours of its folder are deleted', async () => {
    const stage = await openStage();
    const folder = newKey();
    const rounds = Array.from({ length: 40 }, async (_, i) => {
      const key = `${folder}-${i}`;
      expect((await upload(stage, key, bytes)).status).toBe(200);
      expect(await stage.store.inspect(key, bytes.length)).not.toBeNull();
      await stage.store.delete(key);
    });
    await Promise.all(rounds);
    expect(await filesIn(stage.folder)).toEqual([]);
  });

  it('fsyncs the file before it is visible, then its folder and every folder above up to that of all objects', async () => {
    const stage = await openStage();
    await stage.store.health();
    const prototype = await fileHandlePrototype();
    const { sync } = prototype;
    const synced: string[] = [];
    const visible: number[] = [];
    const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: typeof prototype) {
      synced.push(
        await readFile(`/proc/self/fd/${this.fd}/.`).then(
          () => 'file',
          (error: NodeJS.ErrnoException) => (error.code === 'EISDIR' ? 'folder' : 'file'),
        ),
      );
      visible.push((await filesIn(join(stage.folder, 'objects'))).length);
      await sync.call(this);
    });
    onTestFinished(() => spy.mockRestore());
    await upload(stage, 'ab-app/cd-user/ef-hash-random', bytes);
    // objects/ab/-app_/cd/-user_/ef
    expect(synced).toEqual(['file', ...Array(6).fill('folder')]);
    expect(visible).toEqual([0, ...Array(6).fill(1)]);
  });

  it.each([
    ['ENOSPC', 'writeFile', 1],
    ['EIO', 'sync', 1],
    ['EIO', 'sync', 2],
    ['EROFS', 'sync', 7],
  ] as const)(
    'that meets %s at %s number %i is unavailable and leaves nothing behind',
    async (code, method, failing) => {
      const stage = await openStage();
      await stage.store.health();
      const prototype = await fileHandlePrototype();
      const original = prototype[method] as (...values: unknown[]) => Promise<void>;
      let count = 0;
      const spy = vi.spyOn(prototype, method).mockImplementation(async function (this: unknown, ...values: unknown[]) {
        count += 1;
        if (count === failing) throw diskError(code);
        await original.apply(this, values);
      });
      onTestFinished(() => spy.mockRestore());
      const key = 'ab-app/cd-user/ef-hash-random';
      await expect(upload(stage, key, bytes)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
      spy.mockRestore();
      await expectNothingOf(stage, key);
      expect((await upload(stage, key, bytes)).status).toBe(200);
    },
  );

  it('removes what a crashed process left a day ago, and spares what is younger or not its own', async () => {
    const stage = await openStage();
    const incoming = join(stage.folder, 'incoming');
    await mkdir(incoming, { recursive: true });
    const nameAt = (time: number) => `${time}-00000000-0000-4000-8000-000000000000.part`;
    const old = join(incoming, nameAt(stage.clock.now() - 25 * hour));
    const young = join(incoming, nameAt(stage.clock.now() - 23 * hour));
    const alien = join(incoming, 'notes.txt');
    await Promise.all([old, young, alien].map((path) => writeFile(path, 'left')));
    await upload(stage, newKey(), bytes);
    expect(await filesIn(incoming)).toEqual(expect.not.arrayContaining([old]));
    expect([...(await filesIn(incoming))].sort()).toEqual([young, alien].sort());
    stage.clock.time += 2 * hour;
    await stage.store.list(null, 10);
    expect(await filesIn(incoming)).toEqual([alien]);
  });

  it('that takes days is not swept by its own process', async () => {
    const stage = await openStage();
    async function* slowly() {
      yield bytes.subarray(0, 4);
      stage.clock.time += 50 * hour;
      await stage.store.list(null, 10);
      yield bytes.subarray(4);
    }
    const url = await signUpload(stage, newKey(), bytes);
    expect((await request(stage.store, url, { method: 'PUT', chunks: slowly() })).status).toBe(200);
  });
});
