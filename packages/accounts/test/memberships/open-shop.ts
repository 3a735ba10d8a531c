import { createHmac } from 'node:crypto';
import { createMemberships, createStripeWebhooks, type MembershipsOptions } from '@synckeep/accounts';
import {
  type App,
  type Authenticator,
  createAudit,
  createSyncServer,
  type Item,
  type Log,
  operator,
  type Tier,
  toUuid,
} from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import {
  createMemoryBlobStore,
  createMemoryNotifier,
  createMemoryState,
  createMemoryStorage,
} from '@synckeep/core/memory';
import { adminScopes } from '@synckeep/protocol';
import { createSeededRandom, createVirtualClock } from '@synckeep/testing';

export const day = 86_400_000;
export const secret = 'whsec_of_this_test';

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly body: any;
}

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A host with users of its own, whose token is the name of the user: a server in memory with memberships. */
export const openShop = async (options: Partial<MembershipsOptions> = {}) => {
  const clock = createVirtualClock();
  const random = createSeededRandom(7);
  const state = createMemoryState();
  const storage = createMemoryStorage({ state });
  const notifier = createMemoryNotifier();
  const audit = createAudit({ clock, random });
  const parts = { records: storage.records, notifier, clock, random, log: quiet, audit };
  const memberships = createMemberships({
    ...parts,
    providers: [createStripeWebhooks({ secrets: ['whsec_former', secret] })],
    ...options,
  });
  let appId = '';
  const authenticator: Authenticator = {
    async authenticate(token) {
      const times = { issuedAt: clock.now(), expiresAt: clock.now() + 3_600_000 };
      return { userId: toUuid(token), appId, generation: 0, session: null, keyGeneration: null, ...times };
    },
    isCurrent: async () => true,
  };
  const server = createSyncServer({
    ...{
      storage,
      notifier,
      authenticator,
      login: null,
      rateLimiter: 'off',
      clock,
      random,
      log: quiet,
      audit,
      memberships,
    },
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://sync.test/api/sync', clock }),
  });
  appId = (await server.apps.create({ name: 'Notes' })).app.id;
  const handle = createFetchHandler(server);

  const send = async (method: string, path: string, headers: Record<string, string>, body: string | null) => {
    const request = new Request(`http://sync.test/api/sync${path}`, {
      method,
      headers,
      ...(body !== null && { body }),
    });
    const answer = await handle(request);
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) } satisfies Answered;
  };
  const call = (method: string, path: string, token: string, body?: object): Promise<Answered> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return send(method, path, headers, body ? JSON.stringify(body) : null);
  };
  const { text: adminToken } = await server.adminTokens.create({ name: 'all', scopes: adminScopes });

  return {
    ...{ server, storage, memberships, clock, call, appId },
    admin: (method: string, path: string, body?: object) => call(method, `/admin${path}`, adminToken, body),
    dump: () =>
      JSON.stringify(state, (_, value) => (value instanceof Map || value instanceof Set ? [...value] : value)),
    link: (link: App['link']) => server.apps.update(appId, { link }),
    putItem: (item: Item) => memberships.putItem(item, operator),
    putTier: (tier: Partial<Tier> & Pick<Tier, 'id'>) =>
      memberships.putTier({ label: 'x', itemId: null, blobLimit: null, bytesLimit: null, ...tier }, operator),

    /** The first device of a user. */
    async device(user: string): Promise<string> {
      const body = { device_name: 'Laptop', platform: 'linux' };
      return (await call('POST', '/devices', user, body)).body.id;
    },

    /** Sends a webhook as Stripe does. */
    async webhook(event: object, sent: { key?: string; at?: number; body?: string; provider?: string } = {}) {
      const { key = secret, at = Math.floor(clock.now() / 1000), provider = 'stripe' } = sent;
      const signed = JSON.stringify(event);
      const v1 = createHmac('sha256', key).update(`${at}.${signed}`).digest('hex');
      const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${v1},v0=ignored` };
      return send('POST', `/webhooks/${provider}`, headers, sent.body ?? signed);
    },

    /** What the user may do, without anything remembered. */
    async accessOf(user: string) {
      const app = await server.apps.get(appId);
      if (!app) throw new Error('The app is gone.');
      return memberships.check({ appId, userId: toUuid(user) }, app);
    },
  };
};

export type Shop = Awaited<ReturnType<typeof openShop>>;
