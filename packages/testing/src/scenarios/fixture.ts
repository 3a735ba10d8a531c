import { setTimeout } from 'node:timers/promises';
import {
  type App,
  type AppPatch,
  type BlobStore,
  type Clock,
  createSyncServer,
  type Entitlement,
  type Random,
  type Storage,
  type SyncServer,
  type SyncServerOptions,
} from '@synckeep/core';
import { type adminPrefix, type OperationName, operations, prefixes } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { FetchUrl } from '../contracts/blob-store/opened-blob-store.js';
import { createSeededRandom } from '../seeded-random.js';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.js';
import { type Caller, createCaller, createDevice, type Device, type TestApp } from './caller.js';
import { canary } from './changes.js';
import { createEventStream, type EventStream, type PassTime } from './event-stream.js';
import { createLogRecorder, type LogRecorder } from './log-recorder.js';
import { type Reply, toReply } from './reply.js';
import { completeSetup, publicUrl, type ScenarioSetup } from './setup.js';
import type { TestAccounts, TestUser } from './test-accounts.js';
import { createTestAdministrators, setUpSample, type TestAdministrators } from './test-administrators.js';
import { readText, type Transport, type WireAnswer, type WireRequest } from './transport.js';
import type { ReadAnswer } from './wire-check.js';

export interface CallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: NonNullable<WireRequest['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
  readonly prefix?: (typeof prefixes)[number] | typeof adminPrefix;
  readonly signal?: AbortSignal;
}

/** A whole server for one test. */
export interface Fixture {
  readonly server: SyncServer;
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly accounts: TestAccounts;
  readonly administrators: TestAdministrators;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly log: LogRecorder;
  readonly transport: Transport;
  /** Calls URLs that lead elsewhere than to the server. */
  readonly fetchUrl: FetchUrl;
  /** Everything that is stored, as text. */
  dump(): string | Promise<string>;
  /** What the user has paid for, for apps that are linked to something paid; `none` unless said. */
  entitle(user: TestUser, entitlement: Partial<Entitlement>): void;
  app(patch?: AppPatch): Promise<TestApp>;
  user(): Promise<TestUser>;
  logIn(app: TestApp, user: TestUser): Promise<Caller>;
  /** A new user, logged in; in a new app unless one is given. */
  caller(app?: TestApp): Promise<Caller>;
  /** A new device; of a new caller unless one is given. */
  device(caller?: Caller, name?: string): Promise<Device>;
  /** One call of an operation, its answer checked against the table. A stream is opened and left. */
  call<N extends OperationName>(name: N, input?: CallInput): Promise<Reply<N>>;
  send(request: WireRequest): Promise<ReadAnswer>;
  subscribe(input: CallInput): Promise<EventStream>;
  /** A round of maintenance that begins now. */
  maintain(): Promise<void>;
  passTime: PassTime;
}

export interface FixtureOptions {
  readonly options?: Partial<SyncServerOptions>;
  /** The test makes the server fail, so errors in the log are as they should be. */
  readonly isFaulty?: boolean;
  /** The users are the host's, so that the admin API has none. */
  readonly areUsersOfHost?: boolean;
}

const toPath = (name: OperationName, params: CallInput['params'] = {}, prefix: string): string =>
  prefix + operations[name].path.replace(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));

export const toWireRequest = (name: OperationName, input: CallInput): WireRequest => {
  const { params, query, body, raw, headers = {}, token, prefix = prefixes[0], signal } = input;
  const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
  return {
    method: operations[name].method,
    path: toPath(name, params, prefix),
    query: new URLSearchParams(query).toString(),
    headers: {
      ...(sent !== null && { 'content-type': 'application/json' }),
      ...(typeof token === 'string' && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: sent,
    ...(signal && { signal }),
  };
};

const isStream = ({ headers }: WireAnswer): boolean =>
  headers['content-type']?.startsWith('text/event-stream') ?? false;

/** What an answer gives away that must stay out of the log: tokens, tickets, API keys, the signatures of URLs, sessions. */
const secretsOf = ({ text, headers }: ReadAnswer): readonly string[] => [
  ...[
    ...text.matchAll(/"(?:token|ticket|api_key)":"([^"]+)"|"(?:upload|download)_url":"[^"?]+\?([^"]+)"|"(ska_\w+)"/g),
  ].map(([, token, query, adminToken]) => token ?? query ?? adminToken ?? ''),
  ...[...(headers['set-cookie'] ?? '').matchAll(/=(\w{32,});/g)].map(([, session]) => session ?? ''),
];

const createPassTime =
  (clock: VirtualClock): PassTime =>
  async (pending) => {
    let isPending = true;
    const done = () => {
      isPending = false;
    };
    pending.then(done, done);
    for (let turn = 1; isPending && turn < 200_000; turn++) {
      await new Promise(setImmediate);
      if (isPending && turn % 8 === 0) clock.advance(25);
    }
    if (isPending) throw new Error('What was awaited did not come within 10 minutes of virtual time.');
    return pending;
  };

/** Builds a server over the parts of a setup, with a virtual clock, seeded randomness and users in memory. */
export const openFixture = async (
  given: ScenarioSetup,
  wanted: FixtureOptions | ((clock: Clock) => FixtureOptions),
): Promise<{ readonly fixture: Fixture; close(): Promise<void> }> => {
  const setup = completeSetup(given);
  const clock = createVirtualClock();
  const {
    options = {},
    isFaulty = false,
    areUsersOfHost = false,
  } = typeof wanted === 'function' ? wanted(clock) : wanted;
  const random = createSeededRandom(1);
  const log = createLogRecorder();
  const notifier = setup.notifier();
  const stored = await setup.storage(clock);
  await stored.storage.migrate();
  const blobs = await setup.blobStore({ clock, random, publicUrl });
  const secrets: string[] = [canary, setUpSample.token, setUpSample.password];
  const streams: (() => void)[] = [];
  const entitlementsByUser = new Map<string, Entitlement>();
  const accounts = setup.accounts({ storage: stored.storage, clock, random, notifier, apps: () => server.apps });
  const administrators = createTestAdministrators(clock, random);
  const server: SyncServer = createSyncServer({
    storage: stored.storage,
    blobStore: blobs.blobStore,
    notifier,
    authenticator: accounts.authenticator,
    login: accounts.login,
    ...(areUsersOfHost ? {} : { users: accounts.users }),
    entitlements: {
      check: async ({ userId }) =>
        entitlementsByUser.get(userId) ?? { access: 'none', blobLimit: null, bytesLimit: null },
    },
    administrators,
    administratorLogin: administrators,
    rateLimiter: 'off',
    baseUrl: () => publicUrl,
    log,
    clock,
    random,
    ...options,
  });
  const transport = await setup.open(server);
  const passTime = createPassTime(clock);

  const fixture: Fixture = {
    server,
    storage: stored.storage,
    blobStore: blobs.blobStore,
    accounts,
    administrators,
    clock,
    random,
    log,
    transport,
    fetchUrl: blobs.fetch ?? fetch,
    dump: stored.dump,
    passTime,
    entitle(user, entitlement) {
      entitlementsByUser.set(user.id, { access: 'full', blobLimit: null, bytesLimit: null, ...entitlement });
    },
    async app(patch) {
      const { app, apiKey }: { app: App; apiKey: string } = await server.apps.create({ name: 'Notes' });
      const publishing = await server.publishingTokens.create(app.id, { label: 'CI' });
      if (!publishing) throw new Error('The app that was just made is gone.');
      secrets.push(apiKey, publishing.token);
      if (patch) await server.apps.update(app.id, patch);
      return { id: app.id, apiKey, publishingToken: publishing.token };
    },
    async user() {
      const user = await accounts.create();
      secrets.push(user.password);
      return user;
    },
    async logIn(app, user) {
      const body = { email: user.email, password: user.password, api_key: app.apiKey };
      const { token } = (await fixture.call('login', { body })).ok();
      return createCaller(fixture, app, user, token);
    },
    caller: async (app) => fixture.logIn(app ?? (await fixture.app()), await fixture.user()),
    async device(caller, name = 'Laptop') {
      const owner = caller ?? (await fixture.caller());
      const body = { device_name: name, platform: 'linux' };
      return createDevice(owner, (await owner.call('registerDevice', { body })).ok().id);
    },
    async call(name, input = {}) {
      const answer = await fixture.send(toWireRequest(name, input));
      secrets.push(...secretsOf(answer));
      return toReply(name, answer);
    },
    async maintain() {
      const round = async (): Promise<void> => {
        const ended = server.maintain().then(() => true);
        // A round that the clock leapt over pauses between its steps, by that clock.
        while (!(await Promise.race([ended, setTimeout(250, false)]))) clock.advance(500);
      };
      // The first call may only join a round that a timer began while the clock leapt.
      await round();
      await round();
    },
    async send(request) {
      const leave = new AbortController();
      const answer = await transport.send({ signal: leave.signal, ...request });
      // A stream does not end by itself: whoever only asks for its status leaves at once.
      const text = isStream(answer) ? '' : await readText(answer);
      if (isStream(answer)) leave.abort();
      return { status: answer.status, headers: answer.headers, text };
    },
    async subscribe(input) {
      const leave = new AbortController();
      const request = toWireRequest('subscribe', { ...input, signal: leave.signal });
      const answer = await transport.send(request);
      if (answer.status !== 200) throw new Error(`No stream: ${answer.status} ${await readText(answer)}`);
      streams.push(() => leave.abort());
      return createEventStream(answer, passTime, () => leave.abort());
    },
  };

  const close = async (): Promise<void> => {
    for (const leave of streams) leave();
    await transport.close();
    await server.close();
    await blobs.close();
    await stored.close();
    const text = log.text();
    expect(
      secrets.filter((secret) => text.includes(secret)),
      'secrets in the log',
    ).toEqual([]);
    if (!isFaulty) expect(log.messages('error')).toEqual([]);
  };

  return { fixture, close };
};
