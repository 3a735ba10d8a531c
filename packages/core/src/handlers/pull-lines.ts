import { limits, type Place, SyncError } from '@synckeep/protocol';
import { toErrorBody } from '../answer.js';
import { fromPlace } from '../cursors.js';
import type { LogPage, StreamBody } from '../ports/index.js';
import { toChangeLine, toTime } from '../wire.js';
import type { Deps, HandlerCall } from './handler.js';

/** A page of a stream: what a slow reader costs, twice. */
export const streamedPage = { changes: 1_000, bytes: 1024 * 1024 };

/** Characters after which a part of a page is sent: while it goes out, the next page is asked for and its reader reads. */
const longestPart = 32 * 1024;

const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/**
 * A pull as lines (P-49): page by page, each read by itself while the one before is on its way, so that nothing is held
 * open for a slow reader, and no more than two pages. A reader that takes nothing for a minute is cut off.
 */
export const pullLines = (
  call: HandlerCall<'pull'>,
  first: LogPage,
  readOn: (after: Place) => Promise<LogPage>,
  { clock }: Pick<Deps, 'clock'>,
): { readonly chunks: AsyncGenerator<string>; readonly cut: StreamBody['cut'] } => {
  const { app } = call.caller;
  const isRich = call.body.rich ?? false;
  const cut = new AbortController();

  const toLastLine = ({ next, hasMore, lastPush }: LogPage): string => {
    const cursor = fromPlace(app, 'pull', next);
    return toLine(
      hasMore ? { cursor } : { cursor, has_more: false, last_push: lastPush, server_time: toTime(clock.now()) },
    );
  };

  async function* send(text: string): AsyncGenerator<string> {
    const cancel = clock.after(limits.streamStall * 1000, () => cut.abort());
    try {
      yield text;
    } finally {
      cancel();
    }
  }

  async function* read(): AsyncGenerator<string> {
    let text = toLine({ cursor: call.body.cursor || null });
    for (let page: LogPage | null = first; page !== null; ) {
      const following: Promise<LogPage> | null = page.hasMore ? readOn(page.next) : null;
      // It is awaited below; a reader that leaves before does not ask what became of it.
      following?.catch(() => {});
      for (const change of page.changes) {
        text += toChangeLine(app, change, isRich);
        if (text.length < longestPart) continue;
        yield* send(text);
        text = '';
      }
      yield* send(text + toLastLine(page));
      text = '';
      try {
        if (following !== null) await call.recheck();
        page = await following;
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        yield toLine(toErrorBody(error, error.details));
        return;
      }
    }
  }
  return { chunks: read(), cut: cut.signal };
};
