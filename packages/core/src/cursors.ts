import { type CursorKind, encodeCursor, encodeIntegerCursor, isIntegerCursor, parseCursor } from '@synckeep/protocol';
import type { LogHead, LogQuery } from './ports/index.js';
import type { App } from './records/app.js';

type RequestedPlace = LogQuery['after'];

/** The place that a request's cursor names. A push cursor stands for what its device last presented (P-48). */
export const toPlace = (cursor: string | number | null | undefined): RequestedPlace => {
  const parsed = parseCursor(cursor);
  if (parsed === null) return null;
  if (isIntegerCursor(parsed)) return parsed.kind === 'push' ? { proof: null } : parsed.position;
  return parsed.kind === 'push' ? { proof: parsed } : parsed;
};

/** The cursor of an answer, in the dialect of the app. */
export const fromPlace = (app: App, kind: CursorKind, place: LogHead & { readonly own?: number }): string | number => {
  const { epoch, position, tag, floor, own = 0 } = place;
  return app.dialect === 'rust-client'
    ? encodeIntegerCursor({ kind, position })
    : encodeCursor({ kind, epoch, position, tag, own, floor });
};
