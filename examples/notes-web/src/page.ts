import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Only files of this origin run, and nothing inline. `wasm-unsafe-eval` lets Argon2 be compiled, which is WebAssembly; it
 * allows no `eval`. `blob:` shows pictures that were decrypted here.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const sendFile = async (path: string, response: ServerResponse): Promise<void> => {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) {
    response.writeHead(404).end('There is nothing here.');
    return;
  }
  // The names of built files say what is in them, so they never change.
  const isFixed = path.includes('/assets/');
  response.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': isFixed ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  await pipeline(createReadStream(path), response);
};

/** Serves the built page, and what it must know of this server as `/config.json`. */
export const createPageHandler =
  (folder: string, config: () => object) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
    if (path === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache' });
      response.end(JSON.stringify(config()));
    } else {
      await sendFile(join(folder, path === '/' ? 'index.html' : path), response).catch((error: unknown) => {
        // Whoever asked has gone.
        response.destroy(error instanceof Error ? error : undefined);
      });
    }
  };
