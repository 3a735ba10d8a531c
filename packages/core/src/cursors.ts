import {
  type CursorKind,
  encodeCursor,
  encodeIntegerCursor,
  isIntegerCursor,
  type Place,
  parseCursor,
} from '@synckeep/protocol';
import type { LogHead } from './ports/index.js';
import type { App } from './records/app.js';

export type RequestedPlace = Place | number | 'presented' | null;

/** The place that a request's cursor names. A push cursor stands for what its device last presented (P-48). */
export const toPlace = (cursor: string | number | null | undefined): RequestedPlace => {
  const parsed = parseCursor(cursor);
  if (parsed === null) return null;
  if (parsed.kind === 'push') return 'presented';
  return isIntegerCursor(parsed) ? parsed.position : parsed;
};

/** The cursor of an answer, in the dialect of the app. */
export const fromPlace = (app: App, kind: CursorKind, place: LogHead & { readonly own?: number }): string | number => {
  const { epoch, position, tag, floor, own = 0 } = place;
  return app.dialect === 'rust-client'
    ? encodeIntegerCursor({ kind, position })
    : encodeCursor({ kind, epoch, position, tag, own, floor });
};
