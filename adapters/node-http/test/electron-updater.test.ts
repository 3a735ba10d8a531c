import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type ClientRequest, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSyncServer } from '@synckeep/core';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createNodeHandler } from '@synckeep/node-http';
import { AppImageUpdater } from 'electron-updater';
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The network of electron-updater, over Node in the place of Electron. */
class NodeExecutor extends ElectronHttpExecutor {
  override createRequest(options: object, callback: (response: unknown) => void): ClientRequest {
    return request(options, callback);
  }
}

let folder = '';
let base = '';
const closing: (() => Promise<unknown>)[] = [];
const bytes = Buffer.from('the bytes of an AppImage'.repeat(10_000));
const arch = { x64: 'x86_64', arm64: 'aarch64', arm: 'armv7', ia32: 'i686' }[process.arch as string] ?? 'x86_64';

const publish = async (token: string, appId: string, version: string, more: object = {}): Promise<void> => {
  const call = async (method: string, path: string, body?: object): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${base}/ota/apps/${appId}${path}`, {
      ...{ method, headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(answer.ok, `${method} ${path}`).toBe(true);
    return JSON.parse(await answer.text());
  };
  await call('PUT', '/slug', { slug: 'notes' });
  const { id = '' } = await call('POST', '/releases', { version, ...more });
  const platform = { target: 'linux', arch };
  const artifact = {
    ...{ ...platform, file_size: bytes.length, file_name: `Notes-${version}.AppImage` },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const { upload_url = '' } = await call('POST', `/releases/${id}/artifacts`, artifact);
  expect((await fetch(upload_url, { method: 'PUT', body: bytes })).status).toBe(200);
  await call('POST', `/releases/${id}/artifacts/linux/${arch}/confirm`);
  await call('POST', `/releases/${id}/publish`);
};

const createUpdater = (version: string): AppImageUpdater => {
  const app = {
    ...{ version, name: 'notes', isPackaged: true, appUpdateConfigPath: join(folder, 'app-update.yml') },
    ...{ userDataPath: join(folder, 'user'), baseCachePath: join(folder, 'cache') },
    whenReady: async () => {},
    relaunch() {},
    quit() {},
    onQuit() {},
  };
  const updater = new AppImageUpdater(null, app);
  Object.assign(updater, {
    ...{ httpExecutor: new NodeExecutor(), forceDevUpdateConfig: true, logger: null },
    ...{ autoDownload: false, autoInstallOnAppQuit: false, disableDifferentialDownload: true },
  });
  // It reads the name of its cache from a file that electron-builder makes.
  Object.assign(updater, { configOnDisk: { value: Promise.resolve({ updaterCacheDirName: 'notes' }) } });
  updater.setFeedURL({ provider: 'generic', url: `${base}/ota/notes/electron` });
  return updater;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synckeep-electron-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const baseUrl = () => base;
  const server = createSyncServer({
    ...{
      storage: createMemoryStorage(),
      blobStore: createMemoryBlobStore({ baseUrl }),
      notifier: createMemoryNotifier(),
    },
    ...{ authenticator: { authenticate: async () => null, isCurrent: async () => false }, login: null },
    ...{ rateLimiter: 'off', baseUrl },
  });
  const http = createServer(createNodeHandler(server));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  base = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/sync`;
  closing.unshift(async () => {
    http.close();
    http.closeAllConnections();
    await server.close();
  });
  const { app } = await server.apps.create({ name: 'Notes' });
  const { token = '' } = (await server.publishingTokens.create(app.id, { label: 'CI' })) ?? {};
  await publish(token, app.id, '1.2.0', { notes: 'Better: "notes"\n- one' });
  await publish(token, app.id, '1.3.0-beta.1', { channel: 'beta' });
});

afterAll(async () => {
  for (const close of closing) await close();
});

describe.skipIf(process.platform !== 'linux')('electron-updater itself, over a real socket', () => {
  it('finds a newer release, downloads it through the redirect and verifies its SHA-512 [P-147] [P-149]', async () => {
    const updater = createUpdater('1.1.9');
    const found = await updater.checkForUpdates();
    expect(found).toMatchObject({ isUpdateAvailable: true });
    expect(found?.updateInfo).toMatchObject({ version: '1.2.0', releaseNotes: 'Better: "notes"\n- one' });
    expect(found?.updateInfo.files[0]).toMatchObject({
      size: bytes.length,
      sha512: createHash('sha512').update(bytes).digest('base64'),
    });
    process.env['APPIMAGE'] = join(folder, 'Notes.AppImage');
    const [file = ''] = await updater.downloadUpdate().finally(() => delete process.env['APPIMAGE']);
    expect((await readFile(file)).equals(bytes)).toBe(true);
  });

  it('finds nothing newer than what is installed, and its beta on the channel [P-143] [P-149]', async () => {
    expect(await createUpdater('1.2.0').checkForUpdates()).toMatchObject({ isUpdateAvailable: false });
    const beta = createUpdater('1.2.0');
    beta.channel = 'beta';
    expect((await beta.checkForUpdates())?.updateInfo.version).toBe('1.3.0-beta.1');
  });
});
