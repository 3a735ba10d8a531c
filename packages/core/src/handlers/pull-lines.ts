import { limits, type Place, SyncError } from '@synckeep/protocol';
import { toErrorBody } from '../answer.js';
import { fromPlace } from '../cursors.js';
import type { LogPage, StreamBody } from '../ports/index.js';
import { toChangeAnswer, toTime } from '../wire.js';
import type { Deps, HandlerCall } from './handler.js';

/** Bytes of data in a page of a stream: what a slow reader costs. */
export const bytesPerStreamedPage = 1024 * 1024;

const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/**
 * A pull as lines (P-49): page by page, each read by itself when the one before is on its way, so that nothing is held
 * open for a slow reader. A reader that takes nothing for a minute is cut off.
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
    return (
      changes.map((change) => toLine(toChangeAnswer(app, change, isRich))).join('') + toLine(hasMore ? { cursor } : end)
    );
  };

  async function* read(): AsyncGenerator<string> {
    let text = toLine({ cursor: call.body.cursor || null });
    for (let page: LogPage | null = first; page !== null; ) {
      text += toText(page);
      const cancel = clock.after(limits.streamStall * 1000, () => cut.abort());
      try {
        yield text;
      } finally {
        cancel();
      }
      text = '';
      try {
        if (page.hasMore) await call.recheck();
        page = page.hasMore ? await readOn(page.next) : null;
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        yield toLine(toErrorBody(error, error.details));
        return;
      }
    }
  }
  return { chunks: read(), cut: cut.signal };
};
