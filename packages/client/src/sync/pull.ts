import { limits } from '@synckeep/protocol/constants';
import type { QuarantinedChange } from '../store/local-store.js';
import { applyChanges, openChanges } from './apply-page.js';
import type { ActivityRun, SyncContext } from './context.js';
import { type Cursor, type Read, readBatch, readSync, type SyncDocument, syncDocument } from './documents.js';
import { type PulledPage, pullLines } from './pull-lines.js';

export type PullEnd =
  | { readonly end: 'read'; readonly isKeyMissing: boolean }
  /** Somebody else pushes as this device. */
  | { readonly end: 'shared' }
  /** Another engine on the same store went ahead; pull again. */
  | { readonly end: 'overtaken' };

interface Plan {
  /** Own changes are to come too. */
  readonly own: boolean;
  /** How many of them there must be at most; null when that is not known. */
  readonly expected: number | null;
}

const rowsPerSweep = 500;

/** What a pull must bring, and so has not, was deleted elsewhere and its tombstone is gone: set aside, never pushed. */
const sweepUnseen = async (context: SyncContext, pass: number): Promise<void> => {
  const { store } = context;
  for (;;) {
    const unseen = await store.unseen(pass, rowsPerSweep);
    if (unseen.length === 0) return;
    const setAside = unseen.flatMap(({ table, id, value }): QuarantinedChange[] =>
      value === null
        ? []
        : [
            {
              key: `gone/${table}/${id}`,
              direction: 'incoming',
              table,
              id,
              reason: 'compacted',
              message: 'This row was deleted on another device while this one was away for long.',
              at: context.now(),
              received: null,
              value,
            },
          ],
    );
    if (await store.commit({ forget: unseen, setAside })) {
      context.onRows(unseen);
      if (setAside.length > 0) context.onSetAside(setAside);
    }
  }
};

/** What waits to be pushed and did not come is a new row now, or a deletion that nobody needs any more. */
const beginAnew = async ({ store }: SyncContext, pass: number): Promise<void> => {
  for (;;) {
    const unseen = (await store.unsent(await store.countUnsent())).filter((row) => row.pass < pass);
    const rows = unseen.filter(({ value }) => value !== null).map((row) => ({ ...row, logged: null, base: null }));
    if (await store.commit({ rows, forget: unseen.filter(({ value }) => value === null) })) return;
  }
};

const finish = async (context: SyncContext, sync: Read<SyncDocument>): Promise<boolean> => {
  if (sync.value.recovery === 'compacted') {
    await beginAnew(context, sync.value.pass);
    await sweepUnseen(context, sync.value.pass);
  }
  const { offset } = context.clock;
  const next: SyncDocument = { ...sync.value, recovery: null, acked: 0, own: false, offset };
  return context.store.commit({ documents: [syncDocument(next, sync.revision)] });
};

/** Asks for the next item while somebody works on the one before. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let next = source.next(); ; ) {
    const { done, value } = await next;
    if (done) return;
    next = source.next();
    // It is awaited above; until then its failure must not count as unhandled.
    next.catch(() => {});
    yield value;
  }
}

/**
 * Reads the log to its end. Each page is one transaction with the place that it reaches. While a page is decrypted and
 * stored the next one is on its way. What does not fit into the first comes as lines (P-49) where the server has them.
 * @param isFirst nothing was pulled yet since the program began
 */
export const pull = async (
  context: SyncContext,
  { signal, keys }: ActivityRun,
  deviceId: string,
  isFirst: boolean,
): Promise<PullEnd> => {
  const { store, call, open, clock } = context;
  const leave = new AbortController();
  const leaving = AbortSignal.any([signal, leave.signal]);
  let sync = await readSync(store, context.newId);
  const isBatchOpen = (await readBatch(store)).value !== null;
  const { cursor, acked, own, lastPush } = sync.value;

  const toBody = (from: Cursor | null, own: boolean) => ({
    device_id: deviceId,
    cursor: from,
    ...(own && { include_own: true, rich: true }),
  });
  const ask = async (from: Cursor | null, own: boolean) =>
    (await call('pull', { body: toBody(from, own), signal })).body;

  /** Goes on where lines end early, and without them where they bring nothing. */
  async function* toEnd(first: PulledPage, own: boolean): AsyncGenerator<PulledPage> {
    yield first;
    let areLinesGood = true;
    for (let page = first; page.has_more; ) {
      const { cursor } = page;
      if (areLinesGood) {
        for await (const each of pullLines(open, toBody(cursor, own), leaving)) {
          page = each;
          yield page;
        }
        areLinesGood = page.cursor !== cursor;
      } else {
        page = await ask(cursor, own);
        yield page;
      }
    }
  }

  // What this device pushed since is asked back when that is little: more than it knows of was written by somebody else.
  const isKnown = cursor !== null && !isBatchOpen && !own;
  const isEcho = isKnown && acked > 0 && acked <= limits.changesPerPage;
  let plan: Plan = { own: own || isEcho, expected: isEcho ? acked : null };
  let answer = await ask(cursor, plan.own);
  if (cursor !== null && answer.last_push > lastPush && !plan.own) {
    if (isFirst) {
      plan = { own: true, expected: null };
      answer = await ask(cursor, true);
    } else if (isKnown && acked === 0) {
      const now = await readSync(store, context.newId);
      return now.revision === sync.revision ? { end: 'shared' } : { end: 'overtaken' };
    }
  }

  let ownCount = 0;
  let isKeyMissing = false;
  let { last_push: pushed } = answer;
  try {
    for await (const page of ahead(toEnd(answer, plan.own))) {
      if (page.server_time !== undefined) clock.adjust(Date.parse(page.server_time));
      pushed = page.last_push ?? pushed;
      ownCount += page.changes.filter(({ device_id }) => device_id === deviceId).length;
      const opened = await openChanges(page.changes, keys.cipher, context.now());
      isKeyMissing ||= opened.setAside.some(({ reason }) => reason === 'unknown_key');
      signal.throwIfAborted();
      const next = { ...sync.value, cursor: page.cursor, own: plan.own, lastPush: pushed };
      const stored = await applyChanges(context, opened, sync, next);
      if (stored === null) return { end: 'overtaken' };
      sync = stored;
    }
  } finally {
    leave.abort();
  }
  if (!(await finish(context, sync))) return { end: 'overtaken' };
  const isForeign = plan.expected !== null && ownCount > plan.expected && !isFirst;
  return isForeign ? { end: 'shared' } : { end: 'read', isKeyMissing };
};
