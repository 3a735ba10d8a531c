import { createMemoryBlobStore } from '@synckeep/core/memory';
import { expect } from 'vitest';
import type { Caller } from '../caller.js';
import type { Fixture } from '../fixture.js';
import { createPartsStore, type PartsStore } from '../parts-store.js';
import type { Topic } from '../scenario.js';
import { publicUrl } from '../setup.js';

const MiB = 1024 * 1024;
const hour = 60 * 60 * 1000;
const hash = 'ab'.repeat(32);

const ask = async (caller: Caller, size_bytes: number, upload: object | null, extra: object = {}) =>
  (await caller.call('uploadBlob', { body: { hash, size_bytes, upload, ...extra } })).ok();
const confirm = (caller: Caller, size_bytes: number) => caller.call('confirmBlob', { body: { hash, size_bytes } });

type Answer = Awaited<ReturnType<typeof ask>>;
const numbersOf = ({ upload }: Answer) => upload?.parts.map(({ part_number }) => part_number);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Uploads in parts: P-108. */
export const blobParts: Topic = (scenario) => {
  /** On a store that has parts. */
  const withParts = (title: string, run: (f: Fixture, bucket: PartsStore) => Promise<void>): void => {
    let bucket: PartsStore | null = null;
    scenario(
      title,
      async (f) => {
        if (bucket) await run(f, bucket);
      },
      (clock) => {
        bucket = createPartsStore(clock);
        return { options: { blobStore: bucket.store } };
      },
    );
  };

  withParts('sends a large blob in parts, goes on where it broke off, and confirms it [P-108]', async (f, bucket) => {
    const device = await f.device();
    const size = 160 * MiB + 1;
    const begun = await ask(device, size, {});
    expect(begun).toMatchObject({ upload_url: '', already_exists: false, upload: { part_size: 16 * MiB } });
    expect(begun).not.toHaveProperty('upload_headers');
    expect(numbersOf(begun)).toEqual(upTo(11));
    const id = begun.upload?.id;
    bucket.put(1, 2, 11);
    (await confirm(device, size)).refusal('blob_not_uploaded');
    f.clock.advance(hour);
    const resumed = await ask(device, size, { id, part_size: 5 * MiB });
    expect(resumed.upload).toMatchObject({ id, part_size: 16 * MiB });
    expect(numbersOf(resumed)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    bucket.put(...upTo(11));
    expect((await ask(device, size, { id })).upload).toMatchObject({ id, parts: [] });
    (await confirm(device, size)).ok();
    (await confirm(device, size)).ok();
    expect(await ask(device, size, { id })).toEqual({ upload_url: '', already_exists: true });
    expect((await device.call('status')).ok().bytes_used).toBe(size);
  });

  withParts('gives one URL for a blob of 100 MiB, and to whoever does not ask for parts [P-108]', async (f) => {
    const device = await f.device();
    for (const [size, upload] of [
      [100 * MiB, {}],
      [100 * MiB + 1, null],
    ] as const) {
      const answer = await ask(device, size, upload);
      expect(answer).not.toHaveProperty('upload');
      expect(answer.upload_url).not.toBe('');
    }
  });

  scenario(
    'gives one URL from a store that has no parts [P-108]',
    async (f) => {
      const answer = await ask(await f.device(), 200 * MiB, { part_size: 16 * MiB }, { checksum_header: true });
      expect(answer).not.toHaveProperty('upload');
      expect(answer).toMatchObject({ upload_url: expect.stringContaining(publicUrl), upload_headers: {} });
    },
    (clock) => ({ options: { blobStore: createMemoryBlobStore({ baseUrl: () => publicUrl, clock }) } }),
  );

  withParts('cuts as wished, but in no more than 1,000 parts of 5 MiB to 5 GiB [P-108]', async (f) => {
    const device = await f.device();
    const cases = [
      [200 * MiB, 20 * MiB, 20 * MiB, 10],
      [200 * MiB, 1, 5 * MiB, 40],
      [200 * MiB, 300 * MiB, 300 * MiB, 1],
      [20_000 * MiB, 5 * MiB, 20 * MiB, 50],
      [20_000 * MiB + 1, 5 * MiB, 20 * MiB + 1, 50],
      [20_000 * MiB, 2 ** 53 - 1, 5120 * MiB, 4],
    ] as const;
    for (const [size, wish, partSize, urls] of cases) {
      const answer = await ask(device, size, { part_size: wish });
      expect(answer.upload?.part_size, `${size} ${wish}`).toBe(partSize);
      expect(numbersOf(answer), `${size} ${wish}`).toEqual(upTo(urls));
    }
  });

  withParts('begins anew for an id that is not of this upload [P-108] [P-7]', async (f) => {
    const device = await f.device();
    const other = await f.device(await f.caller(device.app));
    const size = 200 * MiB;
    const id = (await ask(device, size, {})).upload?.id;
    const single = (await ask(device, size, null)).upload_url.match(/-([0-9a-f]{32})\?/)?.[1];
    expect(single).toBeDefined();
    const attempts = [
      ask(other, size, { id }),
      ask(device, size + 1, { id }),
      ...['x', '0'.repeat(32), `${'0'.repeat(32)}-9zlds`, `${id}0`, single, id?.toUpperCase()].map((wrong) =>
        ask(device, size, { id: wrong }),
      ),
    ];
    for (const answer of await Promise.all(attempts)) {
      expect(answer.upload?.id).toMatch(/^[0-9a-f]{32}-[0-9a-z]+$/);
      expect(answer.upload?.id).not.toBe(id);
    }
  });

  withParts(
    'counts an upload in parts for as long as its parts are kept, 24 hours [P-101] [P-107] [P-108]',
    async (f, bucket) => {
      const size = 200 * MiB;
      const device = await f.device(await f.caller(await f.app({ bytesLimit: size })));
      await ask(device, size, {});
      bucket.put(1);
      f.clock.advance(23 * hour);
      await f.maintain();
      expect(bucket.open()).toBe(1);
      expect((await device.call('status')).ok().bytes_used).toBe(size);
      f.clock.advance(2 * hour);
      await f.maintain();
      expect(bucket.open()).toBe(0);
      expect((await device.call('status')).ok().bytes_used).toBe(0);
      (await confirm(device, size)).refusal('blob_not_uploaded');
    },
  );
};
