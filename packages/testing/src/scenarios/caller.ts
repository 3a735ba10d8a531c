import { type AnswerOf, type OperationName, operations, type RequestOf } from '@synckeep/protocol';
import { change, type PushedChange } from './changes.js';
import type { EventStream } from './event-stream.js';
import type { CallInput, Fixture } from './fixture.js';
import type { Reply } from './reply.js';
import type { TestUser } from './test-accounts.js';

export interface TestApp {
  readonly id: string;
  readonly apiKey: string;
  readonly publishingToken: string;
}

/** Somebody who is logged in to an app. */
export interface Caller {
  readonly app: TestApp;
  readonly user: TestUser;
  readonly token: string;
  call<N extends OperationName>(name: N, input?: CallInput): Promise<Reply<N>>;
  /** An open stream. */
  subscribe(input?: CallInput): Promise<EventStream>;
}

export interface PullAnswer extends AnswerOf<'pull'> {}
type Extra<N extends 'push' | 'pull'> = Partial<RequestOf<N>>;

/** A device of a caller. */
export interface Device extends Caller {
  readonly id: string;
  push(changes: readonly PushedChange[], extra?: Extra<'push'>): Promise<Reply<'push'>>;
  /** Pushes one change for each row id; fails the test when refused. */
  write(...rowIds: readonly string[]): Promise<AnswerOf<'push'>>;
  pull(extra?: Extra<'pull'>): Promise<Reply<'pull'>>;
  /** Every page from a cursor on. */
  pullAll(
    extra?: Extra<'pull'>,
  ): Promise<{ readonly rowIds: readonly string[]; readonly cursor: string | number; readonly pages: number }>;
}

/** The token that an operation asks for: of whoever publishes the app, or of the user. */
export const tokenFor = (name: OperationName, { app, token }: Pick<Caller, 'app' | 'token'>): string =>
  operations[name].access === 'publisher' ? app.publishingToken : token;

export const createCaller = (fixture: Fixture, app: TestApp, user: TestUser, token: string): Caller => ({
  app,
  user,
  token,
  call: (name, input) => fixture.call(name, { token: tokenFor(name, { app, token }), ...input }),
  subscribe: (input) => fixture.subscribe({ token, ...input }),
});

let batches = 0;

export const createDevice = (caller: Caller, id: string): Device => {
  const push: Device['push'] = (pushed, extra = {}) =>
    caller.call('push', { body: { device_id: id, batch_id: `batch-${++batches}`, changes: pushed, ...extra } });
  const pull: Device['pull'] = (extra = {}) => caller.call('pull', { body: { device_id: id, ...extra } });
  return {
    ...caller,
    id,
    push,
    pull,
    write: async (...rowIds) => (await push(rowIds.map((rowId) => change(rowId)))).ok(),
    async pullAll(extra = {}) {
      const rowIds: string[] = [];
      for (let cursor = extra.cursor, pages = 1; ; pages++) {
        const page = (await pull({ ...extra, cursor })).ok();
        rowIds.push(...page.changes.map(({ row_id }) => row_id));
        cursor = page.cursor;
        if (!page.has_more) return { rowIds, cursor: page.cursor, pages };
      }
    },
  };
};
