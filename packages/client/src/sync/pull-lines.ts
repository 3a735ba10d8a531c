import { errorCatalogue, isErrorCode, ndjson } from '@synckeep/protocol/constants';
import { ApiError, isApiError } from '../api/error.js';
import { type HttpCalls, toRefusal } from '../api/http-calls.js';
import { fitsShape, type Shape } from '../api/shape.js';
import type { ReceivedChange } from '../crypto/index.js';
import type { Cursor } from './documents.js';

/** A part of the log, however it came. */
export interface PulledPage {
  readonly changes: readonly (ReceivedChange & { readonly device_id?: string | undefined })[];
  /** Covers the changes and all before them. */
  readonly cursor: Cursor;
  readonly has_more: boolean;
  /** As `server_time` not with every page. */
  readonly last_push?: number | undefined;
  readonly server_time?: string | undefined;
}

interface PullBody {
  readonly device_id: string;
  readonly cursor: Cursor | null;
}

/** A page whose text is longer than any server makes one. Characters. */
const longestPage = 32 * 1024 * 1024;

/** A line that is silent for so long is dead: longer than a server reads a page. Milliseconds. */
const silence = 75_000;

const change: Shape = { table: 's', op: 's', row_id: 's', data: ['s', '0'], 'device_id?': 's' };
const mark = { cursor: ['s', 'n'], 'has_more?': 'b', 'last_push?': 'n', 'server_time?': 's' } as const satisfies Shape;
const pageShape: Shape = { ...mark, changes: { '[]': change }, has_more: 'b' };
const refusal: Shape = { error: 's', code: 's', 'details?': { '*': 'a' } };

type Line =
  | { readonly kind: 'change'; readonly change: PulledPage['changes'][number] }
  | { readonly kind: 'mark'; readonly mark: Omit<PulledPage, 'changes'> }
  | { readonly kind: 'none' };

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** That a shape makes a line what it says is what the protocol means, so the casts stand here alone. */
const toLine = (text: string): Line => {
  const value = parse(text);
  if (fitsShape(value, change)) return { kind: 'change', change: value as PulledPage['changes'][number] };
  if (fitsShape(value, mark)) {
    const { has_more = true, ...rest } = value as Omit<PulledPage, 'changes' | 'has_more'> & { has_more?: boolean };
    return { kind: 'mark', mark: { has_more, ...rest } };
  }
  if (!fitsShape(value, refusal)) return { kind: 'none' };
  const { error, code, details = {} } = value as { error: string; code: string; details?: Record<string, unknown> };
  if (!isErrorCode(code)) return { kind: 'none' };
  throw new ApiError(code, { message: error, status: errorCatalogue[code].status, details });
};

/** The text of a body as it comes, cut into lines; what stands behind the last line feed is none. */
async function* toLines(body: ReadableStream<Uint8Array>, leave: AbortController): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const timer = setTimeout(() => leave.abort(new Error('The pull fell silent.')), silence);
      const part = await reader.read().catch(() => null);
      clearTimeout(timer);
      if (part === null || part.done) return;
      const lines = (rest + decoder.decode(part.value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestPage) return;
      yield* lines;
    }
  } finally {
    // A stream that broke refuses: it needs no end any more.
    await reader.cancel().catch(() => {});
  }
}

async function* toPages(lines: AsyncIterable<string>): AsyncGenerator<PulledPage> {
  let changes: PulledPage['changes'][number][] = [];
  let length = 0;
  let isStarted = false;
  for await (const text of lines) {
    length += text.length;
    if (length > longestPage) return;
    const line = toLine(text);
    if (line.kind === 'none') return;
    if (line.kind === 'change') {
      changes.push(line.change);
      continue;
    }
    // The first line only repeats what was asked, which is null for the start.
    if (isStarted) yield { changes, ...line.mark };
    isStarted = true;
    changes = [];
    length = 0;
  }
}

/**
 * What a server answers that has lines (P-49), a page for each of its cursors; a single page of one that has none. It
 * just ends where it cannot be reached, is cut or holds what is no line: how far it came says the last page.
 * @throws ApiError what the server refuses, before the first line or as the last
 */
export async function* pullLines(
  open: HttpCalls['open'],
  body: PullBody,
  signal: AbortSignal,
): AsyncGenerator<PulledPage> {
  const leave = new AbortController();
  try {
    const headers = { accept: `${ndjson}, application/json;q=0.5` };
    const response = await open('pull', { body, headers, signal: AbortSignal.any([signal, leave.signal]) });
    if (!response.ok) throw await toRefusal(response);
    if (response.headers.get('content-type')?.startsWith(ndjson) && response.body) {
      yield* toPages(toLines(response.body, leave));
    } else {
      const page: unknown = await response.json().catch(() => null);
      if (fitsShape(page, pageShape)) yield page as PulledPage;
    }
  } catch (error) {
    if (!isApiError(error, 'unreachable', 'unexpected_answer')) throw error;
  } finally {
    leave.abort();
  }
  signal.throwIfAborted();
}
