import { limits, ndjson, type OperationName, SyncError } from '@synckeep/protocol';
import { type Admin, type Admins, requireScope } from './access/admins.js';
import type { Caller } from './access/caller.js';
import { enforceGate } from './access/entitled.js';
import type { Gatekeeper } from './access/gatekeeper.js';
import { corsHeaders, isPreflight, type Origins, preflightHeaders } from './access/origins.js';
import { enforceOwnPage } from './access/own-page.js';
import { type RateCounter, toAddressKey, toHeaders, toRefusal } from './access/rate-limit.js';
import { baseHeaders, toErrorAnswer, toJsonAnswer, toSyncError, toTextAnswer } from './answer.js';
import { digest } from './digest.js';
import type { Deps, HandlerCall, Reply } from './handlers/handler.js';
import { handlers } from './handlers/index.js';
import { observed } from './observation/observed.js';
import { toRequestTask } from './observation/request-task.js';
import {
  type AdminRequest,
  type Answer,
  type BlobRoute,
  type Call,
  isStreamBody,
  type Outcome,
  type StreamBody,
  scopeKey,
} from './ports/index.js';
import type { Publisher, Publishers } from './releases/publishers.js';
import { type JsonBody, readJson } from './request-body.js';
import { type Match, methodsOf, parseQuery, route } from './routing.js';
import { validate } from './validation.js';

interface DispatchDeps extends Deps {
  readonly gatekeeper: Gatekeeper;
  readonly publishers: Publishers;
  readonly admins: Admins;
  readonly origins: Origins;
  readonly rates: RateCounter;
  /** The status of `membership_required`. */
  readonly membershipStatus: 402 | 403;
  readonly requestId: () => string;
  /** Before anything is remembered of a caller: news of access must be heard from then on. */
  readonly wake: () => void;
}

/** Who was let in: a user in an app, an administrator, or whoever publishes an app. */
type Admitted = Caller | Admin | Publisher;

const toToken = (call: Call): string | undefined => /^bearer +(\S+)$/i.exec(call.header('authorization') ?? '')?.[1];

/** Of a call: a host may take it apart, which a call of a binding need not survive. */
const toRequest = (call: Call): AdminRequest => ({
  method: call.method,
  header: (name) => call.header(name),
  address: call.address,
});

const admit = async (
  call: Call,
  token: string | undefined,
  { operation }: Match,
  query: Record<string, string>,
  deps: DispatchDeps,
): Promise<Admitted | null> => {
  const { access } = operation;
  if (access === 'public' || access === 'signed') return null;
  if (access === 'admin') return deps.admins.admit(token, toRequest(call));
  if (access === 'publisher') {
    if (token === undefined) throw new SyncError('missing_token');
    return deps.publishers.admit(token);
  }
  deps.wake();
  if (token !== undefined) return deps.gatekeeper.admit(token);
  const { ticket } = query;
  if (access !== 'token-or-ticket' || ticket === undefined) throw new SyncError('missing_token');
  return deps.gatekeeper.readmit(await deps.tickets.redeem(ticket));
};

const isAdmin = (caller: Admitted): caller is Admin => 'scopes' in caller;
const isPublisher = (caller: Admitted): caller is Publisher => !isAdmin(caller) && 'tokenId' in caller;

const enforceApp = (call: Call, { app }: Caller | Publisher): void => {
  if (app.paused) throw new SyncError('app_paused');
  const origin = call.header('origin');
  if (origin !== undefined && !app.origins.includes(origin)) throw new SyncError('origin_not_allowed');
};

const enforceFreshLogin = ({ operation }: Match, caller: Caller, now: number): void => {
  const isFresh = now - caller.identity.issuedAt <= limits.freshLogin * 1000;
  if (operation.freshLogin && !isFresh) throw new SyncError('fresh_login_required');
};

interface Parts {
  readonly caller: Admitted | null;
  readonly token: string;
  readonly body: unknown;
  readonly bytes: Uint8Array;
  readonly params: unknown;
  readonly query: unknown;
  readonly header: Call['header'];
  recheck(): Promise<void>;
  readonly address: string;
  signal(): AbortSignal;
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

/** An answer that may be used again, with its ETag, or 304 when the caller has it already (P-151). */
const toCachedAnswer = (call: Call, answer: Answer): Answer => {
  if (typeof answer.body !== 'string') return answer;
  const etag = `"${digest(answer.body).slice(0, 32)}"`;
  const headers = { ...answer.headers, etag };
  const known = (call.header('if-none-match') ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (!known.includes(etag) && !known.includes('*')) return { ...answer, headers };
  const { 'content-type': _, ...rest } = answer.headers;
  return { status: 304, headers: { ...rest, etag }, body: null };
};

const enforceAccess = async (call: Call, match: Match, caller: Admitted | null, deps: DispatchDeps): Promise<void> => {
  if (!caller) return;
  if (isAdmin(caller)) {
    if (caller.kind === 'administrator') enforceOwnPage(toRequest(call), deps.baseUrl);
    return requireScope(caller, match.operation.scope);
  }
  enforceApp(call, caller);
  if (isPublisher(caller)) return;
  enforceFreshLogin(match, caller, deps.clock.now());
  const { gate } = match.operation;
  if (gate !== null) enforceGate(gate, await deps.entitled.of(caller));
};

/**
 * One call of an operation, from its path to its answer. `headers` collects what the answer has, also when it is a
 * refusal; `onCaller` hears which user was let in.
 */
const operate = async (
  call: Call,
  headers: Record<string, string>,
  deps: DispatchDeps,
  onCaller: (caller: Caller) => void,
): Promise<Answer> => {
  const match = route(call.method, call.path);
  const { name, operation, params } = match;
  const query = parseQuery(call.query);
  const token = toToken(call);
  // To guess a token that is looked up in the database costs a look into it, so whoever does it is counted before.
  const isLookedUp = operation.access === 'admin' || operation.access === 'publisher';
  const known = isLookedUp ? null : await admit(call, token, match, query, deps);
  if (known && 'identity' in known) onCaller(known);
  const rateKey = known && 'scope' in known ? scopeKey(known.scope) : toAddressKey(call.address);
  const decision = await deps.rates.take(operation.rateLimit, rateKey);
  if (decision) Object.assign(headers, toHeaders(decision));
  if (decision && !decision.allowed) throw toRefusal(decision);
  let caller = known ?? (await admit(call, token, match, query, deps));
  // Before the body, so that a lapsed member does not upload 16 MiB to hear a 403.
  await enforceAccess(call, match, caller, deps);
  let read: JsonBody = { bytes: new Uint8Array(), json: {} };
  if (operation.bodyLimit > 0) {
    read = await readJson(call, operation);
    // And after it: a body may come so slowly that the token was revoked meanwhile.
    caller = await admit(call, token, match, query, deps);
    await enforceAccess(call, match, caller, deps);
  }
  validate(name, 'params', params);
  validate(name, 'query', query);
  validate(name, 'body', read.json);
  const header = (field: string) => call.header(field);
  const recheck = async (): Promise<void> =>
    enforceAccess(call, match, await admit(call, token, match, query, deps), deps);
  // Asked for by streams only: a binding may have to make it first. No getter: it would keep every request alive until a
  // collection of the old generation.
  const signal = () => call.signal;
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
    signal,
  };
  const { status, body: said, headers: own = {}, cookies = [] } = await run(name, parts, deps);
  if (operation.cache !== null) headers['cache-control'] = `public, max-age=${operation.cache}`;
  Object.assign(headers, own);
  const type = operation.answers[status];
  if (type === 'stream' || type === ndjson || (operation.lines !== null && isStreamBody(said)))
    return { status, headers, body: toStream(said) };
  const answer =
    typeof type === 'string' ? toTextAnswer(status, headers, type, said) : toJsonAnswer(status, headers, said);
  if (operation.cache !== null) return toCachedAnswer(call, answer);
  return cookies.length === 0 ? answer : { ...answer, cookies };
};

const preflight = async (
  call: Call,
  origin: string,
  blobRoute: BlobRoute | undefined,
  deps: DispatchDeps,
): Promise<Answer | null> => {
  if (!isPreflight(call)) return null;
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

/** An answer, and what was thrown where it is a refusal. */
interface Served {
  readonly answer: Answer;
  readonly error: SyncError | null;
}

const toOutcome = ({ answer, error }: Served): Outcome =>
  error === null
    ? { status: answer.status, code: null, isFault: false }
    : { status: answer.status, code: error.code, isFault: error.status >= 500, error: error.cause ?? error };

/** Answers calls; never rejects. */
export const createDispatch = (deps: DispatchDeps) => {
  const { observer, blobStore, usage } = deps;

  const serve = async (call: Call, requestId: string, blobRoute: BlobRoute | undefined): Promise<Served> => {
    const headers = baseHeaders(requestId);
    let caller: Caller | null = null;
    const onCaller = (found: Caller): void => {
      caller = found;
    };
    let isFault = false;
    const toServed = (answer: Answer): Served => ({
      answer: { ...answer, headers: { ...headers, ...answer.headers } },
      error: null,
    });
    try {
      const origin = call.header('origin');
      if (origin !== undefined) {
        headers['vary'] = 'origin';
        const answer = await preflight(call, origin, blobRoute, deps);
        if (answer) return toServed(answer);
        if (await deps.origins.isKnown(origin)) Object.assign(headers, corsHeaders(origin));
      }
      if (!blobRoute) return { answer: await operate(call, headers, deps, onCaller), error: null };
      return toServed(await serveBlob(call, blobRoute));
    } catch (thrown) {
      const error = toSyncError(thrown);
      report(call, error, requestId, deps);
      isFault = error.status >= 500;
      if (error.code === 'method_not_allowed') {
        headers['allow'] = (blobRoute?.methods ?? methodsOf(call.path)).join(', ');
      }
      const refusal = toErrorAnswer(error, headers);
      const isLapsed = error.code === 'membership_required';
      return { answer: isLapsed ? { ...refusal, status: deps.membershipStatus } : refusal, error };
    } finally {
      usage.add(caller, { requests: 1, errors: isFault ? 1 : 0 });
    }
  };

  return async (call: Call): Promise<Answer> => {
    const requestId = deps.requestId();
    const blobRoute = blobStore.routes.find(({ path }) => call.path.startsWith(path));
    const work = () => serve(call, requestId, blobRoute);
    if (!observer) return (await work()).answer;
    return (await observed(observer, toRequestTask(call, requestId, blobRoute), work, toOutcome)).answer;
  };
};
