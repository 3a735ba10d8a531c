import { adminPrefix, prefixes as standardPrefixes } from '@synckeep/protocol';

export interface Target {
  /** Percent-encoded as it came; begins with a slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** No operation stands at the empty path: what is asked for outside of the prefixes is not found. */
export const nowhere: Target = { path: '', query: '' };

/** What a request target asks of the operations; null when it lies outside of every prefix. */
export type Mount = (url: string) => Target | null;

const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const slash = 47;
const questionMark = 63;

const toPrefix = (prefix: string): string => {
  const trimmed = prefix.replace(/\/+$/, '');
  if (trimmed !== '' && !trimmed.startsWith('/')) {
    throw new TypeError(`prefixes: "${prefix}" does not begin with a slash; write "/${trimmed}", or "" for the root.`);
  }
  return trimmed;
};

const split = (url: string, start: number): Target => {
  const mark = url.indexOf('?', start);
  const path = mark < 0 ? url.slice(start) : url.slice(start, mark);
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : url.slice(mark + 1) };
};

/**
 * A prefix matches up to the end of a segment: `/api/sync` is no prefix of `/api/synchron`.
 * @param adminPrefixes where nothing but the operations of `/admin` stands (P-170)
 */
export const createMount = (prefixes: readonly string[], adminPrefixes: readonly string[] = []): Mount => {
  const places = [
    ...prefixes.map(toPrefix).map((prefix) => ({ prefix, start: prefix.length })),
    ...adminPrefixes.map(toPrefix).map((prefix) => ({ prefix: `${prefix}/admin`, start: prefix.length })),
  ];
  return (url) => {
    // A proxy sends the absolute form (RFC 9112, 3.2.2).
    const target = url.startsWith('/') ? url : url.replace(authority, '');
    for (const { prefix, start } of places) {
      if (!target.startsWith(prefix)) continue;
      const next = target.charCodeAt(prefix.length);
      if (next === slash || next === questionMark || target.length === prefix.length) return split(target, start);
    }
    return null;
  };
};

/** Where the operations stand unless a host says otherwise (P-1, P-170). */
export const standardMount: Mount = createMount(standardPrefixes, [adminPrefix]);
