import { type AccountsOptions, createAccounts } from '@synckeep/accounts';
import { createPages } from '@synckeep/accounts/pages';
import { createSelfService } from '@synckeep/accounts/self-service';
import {
  createAppAdministration,
  createSyncServer,
  type LogFields,
  randomHex,
  systemClock,
  systemRandom,
} from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { readCookies } from '../../src/pages/cookies.js';
import { createCountingHasher, createSecret } from '../accounts-fixture.js';
import { createApp } from '../second-factor/second-factor-fixture.js';

export const origin = 'https://sync.example.org';
export const password = 'correct horse battery';

type Fields = Readonly<Record<string, string>>;

/** A server with the pages of accounts in memory: an app with a device and data of a user, and browsers for them. */
export const createStage = async (overrides: Partial<AccountsOptions> = {}) => {
  const storage = createMemoryStorage();
  const { records } = storage;
  const logged: LogFields[] = [];
  const keep = (fields: LogFields, message: string) => void logged.push({ ...fields, message });
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const notifier = createMemoryNotifier();
  const parts = { records, notifier, clock: systemClock, random: systemRandom };
  const apps = createAppAdministration(parts);
  const secrets = [createSecret('first')];
  const blobStore = createMemoryBlobStore({ baseUrl: () => origin });
  const accounts = createAccounts({
    ...{ ...parts, apps, log, rateLimiter: 'off' },
    secrets: { list: () => secrets },
    passwordHasher: createCountingHasher().hasher,
    publicUrl: () => origin,
    ...overrides,
  });
  const server = createSyncServer({
    ...{ storage, blobStore, notifier, log, rateLimiter: 'off' },
    ...{ authenticator: accounts.authenticator, login: accounts.login },
  });
  const erased: string[] = [];
  const section = createSelfService({
    ...{ accounts, storage, blobStore },
    async eraseUser(userId) {
      erased.push(userId);
      await accounts.users.disable(userId);
      await server.eraseUser(userId);
      await accounts.users.remove(userId);
    },
  });
  const handle = createFetchHandler(
    createPages({ publicUrl: () => origin, sections: [section], random: systemRandom, log }),
  );
  const { app, apiKey } = await apps.create({ name: 'Paper Trail' });
  const user = await accounts.users.create('ada@example.org', password);
  const scope = { appId: app.id, userId: user.id };

  /** A device of the user, logged in. */
  const addDevice = async (name: string) => {
    const { token } = await accounts.login.login({
      ...{ email: 'ada@example.org', password, apiKey, key: null, code: null, address: null },
    });
    const identity = await accounts.authenticator.authenticate(token);
    await storage.deviceStore.register(scope, {
      ...{ id: crypto.randomUUID(), name, platform: 'linux', installationId: null },
      ...{ session: identity?.session ?? null, now: Date.now(), freshEpoch: randomHex(systemRandom, 8), guards: [] },
    });
    return token;
  };

  const openBrowser = () => {
    let cookie = '';
    const send = async (path: string, init: RequestInit): Promise<Response> => {
      const response = await handle(
        new Request(path.startsWith('http') ? path : `${origin}/account${path}`, {
          ...init,
          headers: { ...init.headers, cookie },
        }),
      );
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = [...readCookies(line.split(';')[0])][0] ?? [];
        cookie = /max-age=0/i.test(line) ? '' : `${name}=${value}`;
      }
      return response;
    };
    const follow = async (response: Response): Promise<{ status: number; text: string; headers: Headers }> => {
      let at = response;
      for (let hops = 0; hops < 5; hops += 1) {
        const location = at.headers.get('location');
        if (location === null) return { status: at.status, text: await at.text(), headers: at.headers };
        at = await send(new URL(location, origin).href, {});
      }
      throw new Error('Too many redirects.');
    };
    const post = async (path: string, fields: Fields, headers: Fields = { 'sec-fetch-site': 'same-origin' }) =>
      follow(
        await send(path, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
          body: new URLSearchParams(fields).toString(),
        }),
      );
    return {
      get: async (path: string) => follow(await send(path, {})),
      post,
      signIn: (secret = password, email = 'ada@example.org') => post('/sign-in', { email, password: secret }),
    };
  };

  const turnOnSecondFactor = async () => {
    const { secret } = await accounts.secondFactor.begin(user.id);
    const codeAt = createApp(secret, () => Date.now());
    const recoveryCodes = await accounts.secondFactor.confirm(user.id, codeAt(-1));
    return { codeAt, recoveryCodes: recoveryCodes ?? [] };
  };

  const isGood = async (token: string) => (await accounts.authenticator.authenticate(token)) !== null;

  return {
    ...{ accounts, apps, app, apiKey, user, scope, storage, records, logged, erased },
    ...{ addDevice, openBrowser, turnOnSecondFactor, isGood },
  };
};
