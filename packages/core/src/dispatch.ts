import { limits, type OperationName, SyncError } from '@synckeep/protocol';
import type { Admin, Admins } from './access/admins.js';
import type { Caller } from './access/caller.js';
import { enforceGate } from './access/entitled.js';
import type { Gatekeeper } from './access/gatekeeper.js';
import { corsHeaders, type Origins, preflightHeaders } from './access/origins.js';
import { type RateCounter, toAddressKey, toHeaders, toRefusal } from './access/rate-limit.js';
import { baseHeaders, toErrorAnswer, toJsonAnswer, toSyncError } from './answer.js';
import type { Deps, HandlerCall, Reply } from './handlers/handler.js';
import { handlers } from './handlers/index.js';
import { type Answer, type BlobRoute, type Call, isStreamBody, type StreamBody, scopeKey } from './ports/index.js';
import { type JsonBody, readJson } from './request-body.js';
import { type Match, methodsOf, parseQuery, route } from './routing.js';
import { validate } from './validation.js';

interface DispatchDeps extends Deps {
  readonly gatekeeper: Gatekeeper;
  readonly admins: Admins;
  readonly origins: Origins;
  readonly rates: RateCounter;
  /** The status of `membership_required`. */
  readonly membershipStatus: 402 | 403;
  readonly requestId: () => string;
  /** Before anything is remembered of a caller: news of access must be heard from then on. */
  readonly wake: () => void;
}

const toToken = (call: Call): string | undefined => /^bearer +(\S+)$/i.exec(call.header('authorization') ?? '')?.[1];

const admit = async (
  token: string | undefined,
  { operation }: Match,
  query: Record<string, string>,
  deps: DispatchDeps,
): Promise<Caller | Admin | null> => {
  const { access } = operation;
  if (access === 'public' || access === 'signed') return null;
  if (access === 'admin') {
    if (token === undefined) throw new SyncError('missing_token');
    return deps.admins.admit(token);
  }
  deps.wake();
  if (token !== undefined) return deps.gatekeeper.admit(token);
  const { ticket } = query;
  if (access !== 'token-or-ticket' || ticket === undefined) throw new SyncError('missing_token');
  return deps.gatekeeper.readmit(await deps.tickets.redeem(ticket));
};

const isAdmin = (caller: Caller | Admin): caller is Admin => 'scopes' in caller;

const enforceScope = ({ operation }: Match, { scopes }: Admin): void => {
  const { scope } = operation;
  if (scope === null || !scopes.includes(scope)) throw new SyncError('scope_required', { details: { scope } });
};

const enforceApp = (call: Call, { app }: Caller): void => {
  if (app.paused) throw new SyncError('app_paused');
  const origin = call.header('origin');
  if (origin !== undefined && !app.origins.includes(origin)) throw new SyncError('origin_not_allowed');
};

const enforceFreshLogin = ({ operation }: Match, caller: Caller, now: number): void => {
  const isFresh = now - caller.identity.issuedAt <= limits.freshLogin * 1000;
  if (operation.freshLogin && !isFresh) throw new SyncError('fresh_login_required');
};

interface Parts {
  readonly caller: Caller | Admin | null;
  readonly token: string;
  readonly body: unknown;
  readonly bytes: Uint8Array;
  readonly params: unknown;
  readonly query: unknown;
  readonly header: Call['header'];
  recheck(): Promise<void>;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly now: number;
}

/** The table has just proved these parts to have the types that it gives this operation, which no compiler can see. */
const toHandlerCall = <N extends OperationName>(_name: N, parts: Parts): HandlerCall<N> => parts as HandlerCall<N>;

const run = <N extends OperationName>(name: N, parts: Parts, deps: Deps): Promise<Reply<N>> =>
  handlers[name](toHandlerCall(name, parts), deps);

const toStream = (body: unknown): StreamBody => {
  if (!isStreamBody(body)) throw new Error('A stream operation answered no stream.');
  return body;
};

const enforceAccess = async (
  call: Call,
  match: Match,
  caller: Caller | Admin | null,
  deps: DispatchDeps,
): Promise<void> => {
  if (!caller) return;
  if (isAdmin(caller)) return enforceScope(match, caller);
  enforceApp(call, caller);
  enforceFreshLogin(match, caller, deps.clock.now());
  const { gate } = match.operation;
  if (gate !== null) enforceGate(gate, await deps.entitled.of(caller));
};

/** One call of an operation, from its path to its answer. `headers` collects what the answer has, also when it is a refusal. */
const operate = async (call: Call, headers: Record<string, string>, deps: DispatchDeps): Promise<Answer> => {
  const match = route(call.method, call.path);
  const { name, operation, params } = match;
  const query = parseQuery(call.query);
  const token = toToken(call);
  // To guess an admin token costs a look into the database, so whoever does it is counted before.
  const known = operation.access === 'admin' ? null : await admit(token, match, query, deps);
  const rateKey = known && !isAdmin(known) ? scopeKey(known.scope) : toAddressKey(call.address);
  const decision = await deps.rates.take(operation.rateLimit, rateKey);
  if (decision) Object.assign(headers, toHeaders(decision));
  if (decision && !decision.allowed) throw toRefusal(decision);
  let caller = known ?? (await admit(token, match, query, deps));
  // Before the body, so that a lapsed member does not upload 16 MiB to hear a 403.
  await enforceAccess(call, match, caller, deps);
  let read: JsonBody = { bytes: new Uint8Array(), json: {} };
  if (operation.bodyLimit > 0) {
    read = await readJson(call, operation);
    // And after it: a body may come so slowly that the token was revoked meanwhile.
    caller = await admit(token, match, query, deps);
    await enforceAccess(call, match, caller, deps);
  }
  validate(name, 'params', params);
  validate(name, 'query', query);
  validate(name, 'body', read.json);
  const header = (field: string) => call.header(field);
  const recheck = async (): Promise<void> => enforceAccess(call, match, await admit(token, match, query, deps), deps);
  // Asked for by streams only: a binding may have to make it first.
  const parts = {
    caller,
    token: token ?? '',
    body: read.json,
    bytes: read.bytes,
    params,
    query,
    header,
    recheck,
    address: call.address,
    now: deps.clock.now(),
    get signal() {
      return call.signal;
    },
  };
  const reply = await run(name, parts, deps);
  Object.assign(headers, reply.headers);
  return operation.answers[200] === 'stream' || (operation.lines !== null && isStreamBody(reply.body))
    ? { status: reply.status, headers, body: toStream(reply.body) }
    : toJsonAnswer(reply.status, headers, reply.body);
};

const preflight = async (
  call: Call,
  origin: string,
  blobRoute: BlobRoute | undefined,
  deps: DispatchDeps,
): Promise<Answer | null> => {
  const isPreflight = call.method === 'OPTIONS' && call.header('access-control-request-method') !== undefined;
  if (!isPreflight) return null;
  const methods = blobRoute?.methods ?? methodsOf(call.path);
  if (methods.length === 0) throw new SyncError('not_found');
  if (!(await deps.origins.isKnown(origin))) throw new SyncError('origin_not_allowed');
  return { status: 204, headers: preflightHeaders(origin, methods), body: null };
};

const serveBlob = async (call: Call, blobRoute: BlobRoute): Promise<Answer> => {
  if (!blobRoute.methods.includes(call.method)) throw new SyncError('method_not_allowed');
  return blobRoute.handle(call, call.path.slice(blobRoute.path.length));
};

const report = (call: Call, error: SyncError, requestId: string, { log }: Deps): void => {
  // Without the query: tickets and signatures stand there.
  const fields = { requestId, method: call.method, path: call.path, code: error.code };
  if (error.status < 500) {
    log.debug(fields, 'A request was refused.');
    return;
  }
  // A client that leaves while its body is read is no fault of ours; a backend that fails meanwhile is, and looks alike.
  const level = call.signal.aborted ? 'warn' : 'error';
  log[level]({ ...fields, err: error.cause ?? error }, 'A request failed.');
};

/** Answers calls; never rejects. */
export const createDispatch = (deps: DispatchDeps) => {
  const { routes } = deps.blobStore;

  return async (call: Call): Promise<Answer> => {
    const requestId = deps.requestId();
    const headers = baseHeaders(requestId);
    const blobRoute = routes.find(({ path }) => call.path.startsWith(path));
    try {
      const origin = call.header('origin');
      if (origin !== undefined) {
        headers['vary'] = 'origin';
        const answer = await preflight(call, origin, blobRoute, deps);
        if (answer) return { ...answer, headers: { ...headers, ...answer.headers } };
        if (await deps.origins.isKnown(origin)) Object.assign(headers, corsHeaders(origin));
      }
      if (!blobRoute) return await operate(call, headers, deps);
      const answer = await serveBlob(call, blobRoute);
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (thrown) {
      const error = toSyncError(thrown);
      report(call, error, requestId, deps);
      if (error.code === 'method_not_allowed') {
        headers['allow'] = (blobRoute?.methods ?? methodsOf(call.path)).join(', ');
      }
      const answer = toErrorAnswer(error, headers);
      return error.code === 'membership_required' ? { ...answer, status: deps.membershipStatus } : answer;
    }
  };
};
