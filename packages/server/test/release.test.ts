import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../src/refusal.js';
import { call } from './api.js';
import { runHere } from './here.js';
import { openProgram, type Program, type Serving } from './program.js';

let program: Program;
let folder: string;
let server: Serving;
let env: Record<string, string>;
const bytes = randomBytes(3_000_000);

beforeAll(async () => {
  program = await openProgram();
  folder = program.makeFolder();
  server = await program.serve(folder, ['--rate-limit', 'off']);
  await program.json(folder, ['app', 'create', 'Notes']);
  const { token } = await program.json<{ token: string }>(folder, [
    'publisher',
    'create',
    'Notes',
    '--label',
    'Actions',
  ]);
  env = { SYNCKEEP_URL: server.url, SYNCKEEP_PUBLISHING_TOKEN: token };
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'notes.AppImage'), bytes);
  writeFileSync(join(folder, 'dist', 'notes.AppImage.sig'), 'c2lnbmF0dXJl\n');
});
afterAll(() => program.close());

const release = <T = Record<string, unknown>>(...args: string[]): Promise<T> => runHere<T>(env, 'release', ...args);

const administer = <T = Record<string, unknown>>(...args: string[]): Promise<T> =>
  runHere<T>({ SYNCKEEP_DATA_DIR: folder }, ...args);

const refuse = async (args: readonly string[], over: Record<string, string> = {}): Promise<string> => {
  const error: unknown = await runHere({ SYNCKEEP_DATA_DIR: folder, ...env, ...over }, ...args).catch((e) => e);
  if (!(error instanceof Refusal)) throw new Error(`Not refused: ${args.join(' ')} ${String(error)}`);
  return error.message;
};

describe('release', () => {
  it('publishes from a build machine what installations are then offered, and withdraws it', async () => {
    const check = () => call(server, 'GET', '/ota/notes/linux/x86_64/1.1.0?installation=one');
    expect(await release('slug', 'notes')).toMatchObject({ slug: 'notes' });
    const created = await release('create', '1.2.0', '--notes', 'Better', '--minimum-version', '1.0.0');
    expect(created).toMatchObject({ state: 'draft', notes: 'Better', minimum_version: '1.0.0' });
    const upload = ['upload', '1.2.0', join(folder, 'dist', 'notes.AppImage'), '--target', 'linux', '--arch', 'x86_64'];
    const artifact = {
      confirmed: true,
      file_size: bytes.length,
      file_name: 'notes.AppImage',
      signature: 'c2lnbmF0dXJl',
    };
    // Nothing of the server is opened here: a build machine has none of it.
    const uploaded = await program.run('/nowhere', ['release', ...upload], { env });
    const said = 'notes.AppImage (3000000 bytes) was uploaded and verified: 1.2.0 for linux/x86_64.\n';
    expect(uploaded).toEqual({ code: 0, stdout: said, stderr: '' });
    expect(await release(...upload)).toMatchObject(artifact);
    expect((await check()).status).toBe(204);
    expect(await release('publish', '1.2.0', '--rollout', '0')).toMatchObject({ state: 'published', rollout: 0 });
    expect((await check()).status).toBe(204);
    await release('publish', '1.2.0', '--rollout', '100');
    const { body } = await check();
    expect(body).toMatchObject({ version: '1.2.0', signature: 'c2lnbmF0dXJl' });
    expect(body.url.startsWith(`${server.url}/api/sync/ota/notes/download/`)).toBe(true);
    const downloaded = await fetch(body.url);
    expect(Buffer.from(await downloaded.arrayBuffer()).equals(bytes)).toBe(true);
    const range = await fetch(body.url, { headers: { range: 'bytes=10-19' } });
    expect([range.status, Buffer.from(await range.arrayBuffer()).equals(bytes.subarray(10, 20))]).toEqual([206, true]);
    expect(await release('downloads', '1.2.0')).toMatchObject({ total: 2, days: [{ downloads: 2 }] });
    expect(await release<unknown[]>('list')).toMatchObject([{ version: '1.2.0', state: 'published' }]);
    await release('withdraw', '1.2.0');
    expect((await check()).status).toBe(204);
    expect((await fetch(body.url)).status).toBe(404);
  });

  it('says in a sentence what went wrong', async () => {
    await release('create', '2.0.0');
    expect(await refuse(['release', 'create', '2.0.0'])).toContain('The app has a release of this version.');
    expect(await refuse(['release', 'create', '2.0'])).toContain('(invalid_request)');
    expect(await refuse(['release', 'publish', '2.0.0'])).toContain('(release_incomplete) {"unconfirmed":[]}');
    expect(await refuse(['release', 'publish', '9.9.9'])).toContain('"synckeep release list" shows all of them');
    const missing = ['release', 'upload', '2.0.0', '/nowhere/x', '--target', 'linux', '--arch', 'x86_64'];
    expect(await refuse(missing)).toContain('/nowhere/x cannot be read (ENOENT)');
    expect(await refuse(['release', 'list'], { SYNCKEEP_URL: 'http://127.0.0.1:1' })).toContain('does not answer');
    expect(await refuse(['release', 'list'], { SYNCKEEP_PUBLISHING_TOKEN: 'secret' })).not.toContain('secret');
    expect(await refuse(['release', 'list'], { SYNCKEEP_PUBLISHING_TOKEN: '' })).toContain(
      '"synckeep publisher create',
    );
    expect(await refuse(['release', 'delete', '2.0.0'])).toContain('--yes');
    await release('delete', '2.0.0', '--yes');
  });
});

describe('publisher', () => {
  const key = 'untrusted comment: k\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n';

  it('makes, lists and revokes tokens, and never shows one again', async () => {
    const made = await administer<{ token: string; token_id: string; expires_at: string }>(
      ...['publisher', 'create', 'Notes', '--label', 'short', '--expires', '1d'],
    );
    expect(Date.parse(made.expires_at)).toBeGreaterThan(Date.now());
    const list = await administer<{ token_id: string; label: string }[]>('publisher', 'list', 'Notes');
    expect(list.map(({ label }) => label)).toEqual(['Actions', 'short']);
    expect(JSON.stringify(list)).not.toContain(made.token);
    await administer('publisher', 'revoke', 'Notes', made.token_id);
    const refused = await refuse(['release', 'list'], { SYNCKEEP_PUBLISHING_TOKEN: made.token });
    expect(refused).toContain('(invalid_token)');
    expect(await refuse(['publisher', 'revoke', 'Notes', made.token_id])).toContain('The app has no token');
  });

  it('sets and removes the public key of an app', async () => {
    const file = join(folder, 'key.pub');
    writeFileSync(file, key);
    const set = await administer<{ public_key: string }>('publisher', 'key', 'Notes', file);
    expect(set.public_key).toBe(key.split('\n')[1]);
    writeFileSync(file, 'no key');
    expect(await refuse(['publisher', 'key', 'Notes', file])).toContain('This is no public key of minisign.');
    expect(await administer('publisher', 'key', 'Notes', '--remove')).toMatchObject({ public_key: null });
  });
});
