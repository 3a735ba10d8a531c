import { randomBytes, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describeService } from '@synckeep/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openRealS3, type RealS3 } from '../../../adapters/s3/test/real-server.js';
import { Refusal } from '../src/refusal.js';
import { runHere } from './here.js';
import { createInUse, downloadBlob, pullAll, uploadBlob } from './in-use.js';
import { openProgram, type Program } from './program.js';

// A passphrase takes seconds to be tried, on purpose.
vi.setConfig({ testTimeout: 120_000 });

interface Report {
  readonly snapshot: string;
  readonly blobs_new: number;
}

describeService(
  'a backup in a bucket',
  {
    service: 's3',
    found: process.env['SYNCKEEP_TEST_S3_URL'],
    hint: 'scripts/services/s3.sh starts a server and prints SYNCKEEP_TEST_S3_URL.',
    required: process.env['SYNCKEEP_REQUIRE'],
  },
  (found) => {
    const credentials: Record<string, string> = {};
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) credentials[name] = process.env[name] ?? '';
    const { makeFolder, open, serve, close } = createInUse();
    const opened: RealS3[] = [];
    let program: Program;
    beforeAll(async () => {
      program = await openProgram();
    });
    afterEach(close);
    afterAll(async () => {
      program.close();
      await Promise.all(opened.map((s3) => s3.close()));
    });

    /** A prefix of its own in the bucket, as the command line takes it. */
    const makePlace = async () => {
      const s3 = await openRealS3();
      opened.push(s3);
      const url = new URL(found);
      url.pathname = `/${s3.prefix}`;
      /** When each file came, by its name. */
      const files = async (): Promise<ReadonlyMap<string, number>> =>
        new Map((await s3.store.list('', 1_000)).map(({ objectKey, modifiedAt }) => [objectKey, modifiedAt]));
      const damage = (name: string): Promise<unknown> =>
        s3.client.send(
          new PutObjectCommand({ Bucket: s3.bucket, Key: `${s3.prefix}objects/${name}!`, Body: randomBytes(50) }),
        );
      return { place: url.href, files, damage, remove: s3.store.delete };
    };

    const run = <T>(dataDir: string, args: readonly string[], env: Record<string, string> = {}): Promise<T> =>
      runHere<T>({ SYNCKEEP_DATA_DIR: dataDir, ...credentials, ...env }, ...args);
    const refuse = async (dataDir: string, args: readonly string[], env: Record<string, string> = {}) => {
      const fault: unknown = await run(dataDir, args, env).then(
        (answer) => new Error(`It was done: ${JSON.stringify(answer)}`),
        (error: unknown) => error,
      );
      expect(fault).toBeInstanceOf(Refusal);
      return fault instanceof Refusal ? fault.message : '';
    };

    it('is listed, verified, added to with what is new only, pruned, and restored into an empty folder', async () => {
      const { folder, server, laptop, blob, hash, small } = await open();
      const { place, files } = await makePlace();
      const first = await run<Report>(folder, ['backup', place]);
      expect(first).toMatchObject({ database: 'sqlite', blobs: 2, blobs_new: 2, lost_blobs: 0 });
      const before = await files();
      expect([...before.keys()]).toEqual(
        expect.arrayContaining([`blobs/${hash}-0`, `blobs/${hash}-1`, `blobs/${small}-0`]),
      );

      await laptop.push('three');
      const added = await uploadBlob(server, laptop, Buffer.from('added later'));
      const second = await run<Report>(folder, ['backup', place]);
      expect(second).toMatchObject({ blobs: 3, blobs_new: 1 });
      const after = await files();
      expect([...after].filter(([name]) => before.has(name))).toEqual([...before]);
      const fresh = [...after.keys()].filter((name) => !before.has(name));
      expect(fresh.filter((name) => !/^(?:chunks|lists)\//.test(name))).toEqual([
        `blobs/${added}-0`,
        `snapshots/${second.snapshot}`,
      ]);
      expect(await run(folder, ['backup', 'list', place])).toMatchObject([
        { snapshot: first.snapshot, blobs: 2 },
        { snapshot: second.snapshot, blobs: 3 },
      ]);
      expect(await run(folder, ['backup', 'verify', place])).toMatchObject({ backups: 2, blobs: 3, problems: [] });

      const pruned = await run(folder, ['backup', 'prune', place, '--keep-last', '1']);
      expect(pruned).toMatchObject({ kept: [second.snapshot], removed: [first.snapshot] });
      expect([...(await files()).keys()]).not.toContain(`snapshots/${first.snapshot}`);
      expect(await run(folder, ['backup', 'verify', place])).toMatchObject({ backups: 1, blobs: 3, problems: [] });
      await server.stop(0);

      const target = makeFolder();
      expect(await run(target, ['restore', place])).toMatchObject({ snapshot: second.snapshot, logs: 1, blobs: 3 });
      const restored = await serve(target);
      expect(await pullAll(restored, laptop)).toEqual(['one', 'two', 'three']);
      expect((await downloadBlob(restored, laptop, hash)).equals(blob)).toBe(true);
    });

    it('names a file that is damaged or missing, and has it anew once it was deleted', async () => {
      const { folder, small } = await open();
      const { place, files, damage, remove } = await makePlace();
      await run(folder, ['backup', place]);
      const verify = async (): Promise<string> => {
        const { code, stdout, stderr } = await program.run(folder, ['backup', 'verify', place], { env: credentials });
        expect(code).toBe(1);
        expect(stderr).toMatch(/Delete the damaged files/);
        return stdout;
      };
      const chunk = [...(await files()).keys()].find((name) => name.startsWith('chunks/')) ?? '';
      await damage(`blobs/${small}-0`);
      expect(await verify()).toContain(`The file blobs/${small}-0 of the backup or one that follows it`);
      expect(await refuse(makeFolder(), ['restore', place])).toContain(`The file blobs/${small}-0 of the backup`);
      await remove(`blobs/${small}-0`);
      await remove(chunk);
      expect(await verify()).toContain(`The file ${chunk} of the backup is missing.`);
      expect(await run(folder, ['backup', place])).toMatchObject({ blobs: 2, blobs_new: 1 });
      await run(folder, ['backup', 'prune', place, '--keep-last', '1']);
      expect(await run(folder, ['backup', 'verify', place])).toMatchObject({ backups: 1, blobs: 2, problems: [] });
    });

    it('is restored by another server that keeps its blobs in a bucket, encrypted with a passphrase', async () => {
      const { folder, account, server, laptop, blob, hash } = await open();
      const [{ place, files }, blobs] = [await makePlace(), await makePlace()];
      const secret = { SYNCKEEP_BACKUP_PASSPHRASE: 'correct horse battery staple' };
      await run(folder, ['backup', place], secret);
      expect([...(await files()).keys()]).toContain('identity');
      expect(JSON.stringify([...(await files()).keys()])).not.toContain(account.email);
      await server.stop(0);

      const target = makeFolder();
      const bucket = { SYNCKEEP_BLOBS_URL: blobs.place };
      expect(await refuse(target, ['restore', place], bucket)).toMatch(/encrypted with a passphrase/);
      expect(await run(target, ['restore', place], { ...bucket, ...secret })).toMatchObject({ logs: 1, blobs: 2 });
      expect((await blobs.files()).size).toBe(2);
      const restored = await serve(target, { blobs: { kind: 's3', url: blobs.place } });
      expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
      expect((await downloadBlob(restored, laptop, hash)).equals(blob)).toBe(true);

      // That server is backed up into a bucket too, from one to the other, and not among its own blobs.
      const other = await makePlace();
      expect(await run(target, ['backup', other.place], bucket)).toMatchObject({
        blobs: 2,
        blobs_new: 2,
        lost_blobs: 0,
      });
      expect(await refuse(target, ['backup', blobs.place], bucket)).toMatch(/would be among the blobs/);
      await uploadBlob(restored, laptop, Buffer.from('something else'));
      expect(await refuse(makeFolder(), ['restore', other.place], bucket)).toMatch(/blobs in .* empty place only/);
    });

    it.each([
      ['AWS_SECRET_ACCESS_KEY', 'refuses the credentials'],
      ['AWS_ACCESS_KEY_ID', 'refuses the credentials'],
      ['bucket', 'There is no bucket'],
      ['place', 'There are no backups in the bucket'],
    ])('is refused in a sentence with a wrong %s', async (wrong, words) => {
      const folder = makeFolder();
      const { place, files } = await makePlace();
      const url = new URL(place);
      if (wrong === 'bucket') url.hostname = `missing-${randomUUID()}`;
      const env = wrong.startsWith('AWS') ? { [wrong]: 'hunter2hunter2' } : {};
      const commands = [
        ['backup', 'list'],
        ['backup', 'verify'],
        ['restore'],
        ...(wrong === 'place' ? [] : [['backup']]),
      ];
      for (const command of commands) {
        const said = await refuse(folder, [...command, url.href], env);
        expect(said).toContain(words);
        expect(said).toMatch(/^[^\n]*\.$/);
        expect(said).not.toContain('hunter2');
      }
      expect((await files()).size).toBe(0);
    });

    it('is not begun where something else is', async () => {
      const folder = makeFolder();
      const { place, damage } = await makePlace();
      await damage('something/else');
      expect(await refuse(folder, ['backup', place])).toMatch(
        /There is something else in the bucket .*something\/else/,
      );
    });
  },
);
