import { createHash } from 'node:crypto';
import { type Answer, type Call, createMount, type Dispatcher, type Mount, type StreamBody } from '@synckeep/core';
import { type PageFile, readPageFiles } from './page-files.js';
import { pageFolder } from './page-folder.js';

export interface DashboardOptions {
  /**
   * What browsers call this server, without a slash at the end: `https://sync.example.org`, or with a path where it stands
   * below one. The page stands at `/admin` below it and calls `/api/admin` below it. Asked for each request.
   */
  readonly publicUrl: () => string;
  /** Where the built page lies; by default where this package has it. */
  readonly folder?: string;
}

/** The page for any binding that takes something with `dispatch` and `mount`. It answers nothing but files. */
export interface Dashboard extends Dispatcher {
  /** null for what does not lie at or below `/admin`. */
  readonly mount: Mount;
}

/** Only files of this origin run, nothing inline; nothing is loaded from elsewhere, and nobody may frame the page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Files whose names say what is in them. */
const assets = 'assets/';

const toText = (status: number, text: string, more: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { ...headers, 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8', ...more },
  body: `${text}\n`,
});

const toBody = (bytes: Uint8Array): StreamBody => ({
  chunks: (async function* () {
    yield bytes;
  })(),
  cut: new AbortController().signal,
});

/** Whoever sends a wildcard does not mean gzip; `q=0` rules it out. */
const takesGzip = (acceptEncoding: string | undefined): boolean =>
  /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/i.test(acceptEncoding ?? '');

const toAssetAnswer = ({ type, bytes, gzip }: PageFile, call: Call): Answer => {
  const compressed = takesGzip(call.header('accept-encoding')) ? gzip : null;
  const sent = compressed ?? bytes;
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': type,
      'content-length': String(sent.byteLength),
      'cache-control': 'public, max-age=31536000, immutable',
      ...(gzip !== null && { vary: 'accept-encoding' }),
      ...(compressed !== null && { 'content-encoding': 'gzip' }),
    },
    body: toBody(sent),
  };
};

/** @throws Error when the folder holds no page: it was not built */
export const createDashboard = ({ publicUrl, folder = pageFolder() }: DashboardOptions): Dashboard => {
  const files = readPageFiles(folder);
  const index = files.get('index.html');
  if (index === undefined) throw new Error(`There is no page in ${folder}.`);
  const template = new TextDecoder().decode(index.bytes);

  const base = (): string => new URL(publicUrl()).pathname.replace(/\/+$/, '');

  /** The build names its files relative to itself; a deep link needs them from the root. */
  const toIndexAnswer = (call: Call): Answer => {
    const html = template.replaceAll('"./', `"${base()}/admin/`);
    const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`;
    const isKnown = (call.header('if-none-match') ?? '')
      .split(',')
      .some((each) => each.trim().replace('W/', '') === etag);
    const common = { ...headers, etag, 'cache-control': 'no-cache' };
    return isKnown
      ? { status: 304, headers: common, body: null }
      : { status: 200, headers: { ...common, 'content-type': index.type }, body: html };
  };

  return {
    mount: (url) => createMount([`${base()}/admin`])(url),
    async dispatch(call) {
      if (call.method !== 'GET' && call.method !== 'HEAD') {
        return toText(405, 'The page can only be read.', { allow: 'GET, HEAD' });
      }
      const path = call.path.slice(1);
      const file = files.get(path);
      if (file !== undefined && file !== index) return toAssetAnswer(file, call);
      return path.startsWith(assets) ? toText(404, 'There is no such file. Load the page again.') : toIndexAnswer(call);
    },
  };
};
