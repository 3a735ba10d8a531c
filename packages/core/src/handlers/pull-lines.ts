import { limits, type Place, SyncError } from '@synckeep/protocol';
import { toErrorBody } from '../answer.js';
import { fromPlace } from '../cursors.js';
import type { LogPage, StreamBody } from '../ports/index.js';
import { toChangeLine, toTime } from '../wire.js';
import type { Deps, HandlerCall } from './handler.js';

/** A page of a stream: what a slow reader costs, twice. */
export const streamedPage = { changes: 1_000, bytes: 1024 * 1024 };

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

  const toText = ({ changes, next, hasMore, lastPush }: LogPage): string => {
    const cursor = fromPlace(app, 'pull', next);
    const end = { cursor, has_more: false, last_push: lastPush, server_time: toTime(clock.now()) };
    let text = '';
    for (const change of changes) text += toChangeLine(app, change, isRich);
    return text + toLine(hasMore ? { cursor } : end);
  };

  async function* read(): AsyncGenerator<string> {
    let text = toLine({ cursor: call.body.cursor || null });
    for (let page: LogPage | null = first; page !== null; ) {
      const following: Promise<LogPage> | null = page.hasMore ? readOn(page.next) : null;
      // It is awaited below; a reader that leaves before does not ask what became of it.
      following?.catch(() => {});
      text += toText(page);
      const cancel = clock.after(limits.streamStall * 1000, () => cut.abort());
      try {
        yield text;
      } finally {
        cancel();
      }
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
