import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesIn, newKey, openStage, type Stage, upload } from './stage.js';

const bytes = Buffer.from('x');

const listAll = async ({ store }: Stage, limit: number): Promise<readonly string[]> => {
  const keys: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await store.list(after, limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    keys.push(...page.map(({ objectKey }) => objectKey));
    const last = page.at(-1);
    if (!last) return keys;
    after = last.objectKey;
  }
};

const segment = fc.string({ unit: fc.constantFrom('a', 'b', '0', '-'), minLength: 1, maxLength: 4 });
const objectKey = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));

describe('list', () => {
  it('is in order of key whatever the keys, on pages of any size, and ends where the deletions left it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(objectKey, { maxLength: 25 }),
        fc.integer({ min: 1, max: 8 }),
        async (keys, limit) => {
          const stage = await openStage();
          for (const key of keys) await upload(stage, key, bytes);
          expect(await listAll(stage, limit)).toEqual([...keys].sort());
          for (const key of keys.slice(1)) await stage.store.delete(key);
          expect(await listAll(stage, limit)).toEqual(keys.slice(0, 1));
          for (const key of keys) await stage.store.delete(key);
          expect(await readdir(join(stage.folder, 'objects')).catch(() => [])).toEqual([]);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });

  it('goes on after a key that is gone', async () => {
    const stage = await openStage();
    for (const key of ['a/1', 'a/2', 'a/3']) await upload(stage, key, bytes);
    await stage.store.delete('a/2');
    expect((await stage.store.list('a/2', 10)).map(({ objectKey: key }) => key)).toEqual(['a/3']);
  });

  it('tells when an object was stored', async () => {
    const stage = await openStage();
    await upload(stage, 'a/1', bytes);
    const [first] = await stage.store.list(null, 1);
    expect(first).toEqual({ objectKey: 'a/1', modifiedAt: stage.clock.now() });
  });

  it('is empty before the first upload and with a limit of 0', async () => {
    const stage = await openStage();
    expect(await stage.store.list(null, 10)).toEqual([]);
    await upload(stage, 'a/1', bytes);
    expect(await stage.store.list(null, 0)).toEqual([]);
  });

  it('leaves out what the store did not write', async () => {
    const stage = await openStage();
    const key = newKey();
    await upload(stage, key, bytes);
    const [file = ''] = await filesIn(stage.folder);
    const objects = join(stage.folder, 'objects');
    await writeFile(join(objects, '.DS_Store'), '');
    await writeFile(join(objects, 'stray.blob'), '');
    await writeFile(`${file}.orig`, '');
    await mkdir(join(objects, 'lost+found'));
    await writeFile(join(objects, 'lost+found', 'a.blob'), '');
    expect(await listAll(stage, 10)).toEqual([key]);
  });
});
