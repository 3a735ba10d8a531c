import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../src/refusal.js';
import { call, join, logIn } from './api.js';
import { filesBelow } from './files-below.js';
import { makeAccountHere, runHere } from './here.js';
import { createInUse, downloadBlob, pullAll, uploadBlob } from './in-use.js';

// A passphrase takes seconds to be tried, on purpose.
vi.setConfig({ testTimeout: 90_000 });

const { makeFolder, open, serve, close } = createInUse();
afterEach(close);

/** A command with --json on a data folder, in this process. */
const run = <T>(dataDir: string, args: readonly string[], env: Record<string, string> = {}): Promise<T> =>
  runHere<T>({ SYNCKEEP_DATA_DIR: dataDir, ...env }, ...args);

const refuse = async (dataDir: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
  const fault: unknown = await run(dataDir, args, env).then(
    (answer) => new Error(`It was done: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(Refusal);
  return fault instanceof Refusal ? fault.message : '';
};

interface Report {
  readonly snapshot: string;
  readonly blobs_new: number;
  readonly database_new_bytes: number;
  readonly database_bytes: number;
}

describe('a backup', () => {
  it('is restored elsewhere with every log and blob, and devices notice', async () => {
    const { folder, server, laptop, blob, hash, place } = await open();
    const report = await run<Report>(folder, ['backup', place]);
    expect(report).toMatchObject({ database: 'sqlite', reason: null, blobs: 2, blobs_new: 2, lost_blobs: 0 });
    const before = await laptop.status();
    await laptop.push('after the backup');
    const second = await run<Report>(folder, ['backup', place]);
    expect(second).toMatchObject({ blobs: 2, blobs_new: 0 });
    expect(await run(folder, ['backup', 'list', place])).toMatchObject([
      { snapshot: report.snapshot, database: 'sqlite', blobs: 2 },
      { snapshot: second.snapshot },
    ]);
    await server.stop(0);

    const target = makeFolder();
    expect(await run(target, ['restore', place, '--snapshot', report.snapshot])).toMatchObject({
      ...{ snapshot: report.snapshot, logs: 1, blobs: 2, erased_users: 0, erased_apps: 0 },
    });
    const restored = await serve(target);
    // The secret came along: the token is still good.
    const { token, deviceId } = laptop;
    const input = { device_id: deviceId, cursor: before.body.latest_cursor };
    const { body } = await call(restored, 'POST', '/pull', { token, body: input });
    expect(body).toMatchObject({ code: 'cursor_expired', details: { reason: 'restored' } });
    expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
    expect((await downloadBlob(restored, laptop, hash)).equals(blob)).toBe(true);
    expect(await refuse(target, ['restore', place])).toMatch(/synckeep\.db in .* already.* empty place only/);
    expect(await refuse(makeFolder(), ['restore', place, '--snapshot', '20200101t000000z'])).toMatch(
      /There is no backup/,
    );
  });

  it('is not brought where blobs are already, and goes on where a killed restore stopped', async () => {
    const { folder, server, laptop, hash, place } = await open();
    await run<Report>(folder, ['backup', place]);
    await server.stop(0);
    const target = makeFolder();
    const blobs = joinPath(folder, 'blobs');
    // The store of the old server holds nothing but the blobs of the backup, as after a restore that was killed.
    const env = { SYNCKEEP_BLOBS_URL: blobs };
    expect(await run(target, ['restore', place], env)).toMatchObject({ blobs: 2 });
    const restored = await serve(target, { blobs: { kind: 'folder', path: blobs } });
    expect((await downloadBlob(restored, laptop, hash)).length).toBe(9 * 1024 * 1024);
    await uploadBlob(restored, laptop, Buffer.from('something else'));
    expect(await refuse(makeFolder(), ['restore', place], env)).toMatch(/blobs in .* empty place only/);
  });

  it('names a damaged file, and is not restored with it', async () => {
    const { folder, place, hash } = await open();
    await run<Report>(folder, ['backup', place]);
    expect(await run(folder, ['backup', 'verify', place])).toMatchObject({
      backups: 1,
      blobs: 2,
      problems: [],
    });
    const files = filesBelow(place);
    const damage = (path: string): void => {
      const bytes = readFileSync(path);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    };
    const part = files.find((file) => file.includes(joinPath(hash.slice(0, 2), `${hash.slice(2)}-1`))) ?? '';
    damage(part);
    expect(await refuse(folder, ['backup', 'verify', place])).toMatch(/Delete the damaged files/);
    expect(await refuse(makeFolder(), ['restore', place])).toContain(
      `The file blobs/${hash}-0 of the backup or one that follows it is damaged`,
    );
    // The same bit again: it is whole.
    damage(part);
    const chunks = files.filter((file) => file.includes(joinPath('ch', 'unks_')));
    for (const chunk of chunks) damage(chunk);
    expect(await refuse(makeFolder(), ['restore', place])).toMatch(/chunks\/[0-9a-f]{64} of the backup is damaged/);
    const snapshot = files.find((file) => file.includes(joinPath('sn', 'apshots_'))) ?? '';
    damage(snapshot);
    expect(await refuse(makeFolder(), ['restore', place])).toMatch(/snapshots\/\S+ of the backup is damaged/);
  });

  it('keeps what is to be kept and prunes the rest', async () => {
    const { folder, server, laptop, small, place } = await open();
    await run(folder, ['backup', place]);
    await call(server, 'DELETE', `/blobs/${small}`, { token: laptop.token });
    const second = await run<Report>(folder, ['backup', place]);
    expect(await refuse(folder, ['backup', 'prune', place])).toMatch(/Say what to keep/);
    const pruned = await run<{ files: number }>(folder, ['backup', 'prune', place, '--keep-last', '1']);
    expect(pruned).toMatchObject({ kept: [second.snapshot], removed: [expect.any(String)] });
    expect(filesBelow(place).filter((file) => file.includes(small.slice(2)))).toEqual([]);
    expect(await run(folder, ['backup', 'verify', place])).toMatchObject({ backups: 1, blobs: 1, problems: [] });
    // A backup with a retention prunes by itself.
    expect(await run(folder, ['backup', place, '--keep-daily', '1'])).toMatchObject({ kept: 1, removed: 1 });
    expect(await run(folder, ['backup', 'verify', place])).toMatchObject({ backups: 1, blobs: 1, problems: [] });
  });
});

describe('an encrypted backup', () => {
  it('is read with the passphrase only, and tells nothing without it', async () => {
    const { folder, account, server, place, blob } = await open();
    const file = joinPath(folder, '..', 'passphrase');
    writeFileSync(file, 'correct horse battery staple\n');
    const flags = ['--passphrase-file', file];
    await run(folder, ['backup', place, ...flags]);
    await server.stop(0);
    for (const path of filesBelow(place)) {
      const bytes = readFileSync(path);
      expect(bytes.includes(account.email)).toBe(false);
      expect(bytes.includes(blob.subarray(5_000, 5_032))).toBe(false);
    }
    const target = makeFolder();
    const wrong = { SYNCKEEP_BACKUP_PASSPHRASE: 'wrong' };
    expect(await refuse(target, ['restore', place], wrong)).toMatch(/passphrase is not the one/);
    expect(await refuse(target, ['restore', place])).toMatch(/encrypted with a passphrase/);
    expect(await refuse(folder, ['backup', place], wrong)).toMatch(/passphrase is not the one/);
    expect(await refuse(folder, ['backup', place])).toMatch(/encrypted with a passphrase/);
    expect(existsSync(joinPath(target, 'synckeep.db'))).toBe(false);
    expect(await run(target, ['restore', place, ...flags])).toMatchObject({ logs: 1, blobs: 2 });
  });

  it('is written with a recipient of age and read with its identity', async () => {
    const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
    const [identity, other] = [await generateX25519Identity(), await generateX25519Identity()];
    const recipient = await identityToRecipient(identity);
    const { folder, server, laptop, place } = await open();
    const keyFile = joinPath(folder, '..', 'key.txt');
    const otherFile = joinPath(folder, '..', 'other.txt');
    writeFileSync(keyFile, `# created: 2026-03-13\n# public key: ${recipient}\n${identity}\n`);
    writeFileSync(otherFile, `${other}\n`);
    await run(folder, ['backup', place, '--age-recipient', recipient]);
    expect(await refuse(folder, ['backup', place])).toMatch(/encrypted to other recipients/);
    const another = await identityToRecipient(other);
    expect(await refuse(folder, ['backup', place, '--age-recipient', another])).toMatch(
      /encrypted to other recipients/,
    );
    expect(await refuse(folder, ['backup', place, '--age-recipient', 'hello'])).toMatch(/must be recipients of age/);
    const target = makeFolder();
    expect(await refuse(target, ['restore', place])).toMatch(/say which identity of age opens it/);
    expect(await refuse(target, ['restore', place, '--age-identity-file', otherFile])).toMatch(/No identity/);
    expect(await run(folder, ['backup', 'verify', place, '--age-identity-file', keyFile])).toMatchObject({
      problems: [],
    });
    expect(await run(target, ['restore', place, '--age-identity-file', keyFile])).toMatchObject({ blobs: 2 });
    await server.stop(0);
    const restored = await serve(target);
    expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
  });

  it('is not begun in a place that is not encrypted, nor where something else is', async () => {
    const folder = makeFolder();
    const place = joinPath(folder, '..', 'plain');
    await run(folder, ['backup', place]);
    expect(await refuse(folder, ['backup', place], { SYNCKEEP_BACKUP_PASSPHRASE: 'late' })).toMatch(/is not encrypted/);
    expect(await refuse(folder, ['backup'])).toMatch(/Name the place of the backups/);
    expect(await refuse(folder, ['restore', joinPath(folder, '..', 'nowhere')])).toMatch(/There is no folder/);
    mkdirSync(joinPath(folder, '..', 'nothing'));
    expect(await refuse(folder, ['backup', 'list', joinPath(folder, '..', 'nothing')])).toMatch(/There are no backups/);
    expect(await refuse(folder, ['backup', joinPath(folder, 'blobs', 'objects')])).toMatch(/would be among the blobs/);
  });
});

describe('who was erased after a backup', () => {
  it('is erased again by a restore, whether the server knew the place or not', async () => {
    const { folder, account, server, laptop, place } = await open();
    const [bob, carol] = [await makeAccountHere({ dataDir: folder }), await makeAccountHere({ dataDir: folder })];
    const phone = await join(server, bob, 'phone');
    await phone.push('of bob');
    const tablet = await join(server, carol, 'tablet');
    await tablet.push('of carol');
    const { snapshot } = await run<Report>(folder, ['backup', place]);
    // The first is recorded at once, the second one by the next backup.
    const known = { SYNCKEEP_BACKUP_URL: place };
    await run(folder, ['user', 'erase', bob.email, '--yes'], known);
    const recorded = filesBelow(place).filter((file) => file.includes(joinPath('er', 'asures_')));
    expect(recorded).toHaveLength(1);
    expect(readFileSync(recorded[0] ?? '', 'utf8')).not.toContain(bob.userId);
    await run(folder, ['app', 'delete', carol.appId, '--yes']);
    expect(await run(folder, ['backup', place])).toMatchObject({ erasures: 1 });
    await server.stop(0);

    const target = makeFolder();
    expect(await run(target, ['restore', place, '--snapshot', snapshot])).toMatchObject({
      ...{ erased_users: 1, erased_apps: 1, logs: 1 },
    });
    const restored = await serve(target);
    expect((await logIn(restored, bob)).status).toBe(401);
    expect((await logIn(restored, carol)).status).toBe(401);
    expect((await logIn(restored, account)).status).toBe(200);
    expect(await pullAll(restored, laptop)).toEqual(['one', 'two']);
  });
});
