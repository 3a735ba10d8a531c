import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Call, RequestBody, Target } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';

/** Milliseconds for a body that is read as a whole; one that is streamed takes as long as its line needs. */
const longestBody = 300_000;

const nothing = Promise.resolve(new Uint8Array(0));

const tooLarge = (limit: number): SyncError => new SyncError('body_too_large', { details: { limit } });
const unreadable = (cause: unknown): SyncError => new SyncError('invalid_json', { cause });
const lost = (): Error => new Error('The client went away before its request was complete.');

/** A request that has found its place: what a binding knows of it beside what it says itself. */
export interface RoutedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query below the prefix. */
  readonly target: Target;
  /** The client's address. */
  readonly address: string;
  /** Where the body comes from when something stands before the request, a decompression say; the request itself by default. */
  readonly content?: Readable;
}

/** One request, as the core sees it. A class, so that ten thousand of them a second share their methods. */
export class NodeCall implements Call, RequestBody {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly address: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly content: Readable;
  /** True from the moment that the socket is closed. */
  isLost = false;
  /** Called once, when the socket closes while something waits for it. */
  onLost: (() => void) | null = null;
  #controller: AbortController | null = null;

  constructor({ request, response, target, address, content = request }: RoutedRequest) {
    this.method = request.method ?? 'GET';
    this.path = target.path;
    this.query = target.query;
    this.address = address;
    this.request = request;
    this.response = response;
    this.content = content;
  }

  get socket(): Socket {
    return this.request.socket;
  }

  get body(): RequestBody {
    return this;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.isLost) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : undefined;
  }

  lose(): void {
    this.isLost = true;
    this.#controller?.abort();
    this.onLost?.();
  }

  bytes(limit: number): Promise<Uint8Array> {
    const { headers } = this.request;
    const length = headers['content-length'];
    if (length === '0' || (length === undefined && headers['transfer-encoding'] === undefined)) return nothing;
    if (length !== undefined && Number(length) > limit) return Promise.reject(tooLarge(limit));
    if (this.isLost) return Promise.reject(lost());
    const { errored } = this.content;
    if (errored && this.content !== this.request) return Promise.reject(unreadable(errored));
    return this.#collect(limit);
  }

  #collect(limit: number): Promise<Uint8Array> {
    const { request, content } = this;
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let length = 0;
      const collect = (chunk: Uint8Array): void => {
        length += chunk.length;
        chunks.push(chunk);
        if (length <= limit) return;
        clearTimeout(late);
        content.off('data', collect);
        content.pause();
        chunks.length = 0;
        reject(tooLarge(limit));
      };
      const late = setTimeout(() => this.socket.destroy(), longestBody).unref();
      const fail = (): void => {
        clearTimeout(late);
        reject(lost());
      };
      this.onLost = fail;
      if (content !== request) {
        content.once('error', (cause) => {
          clearTimeout(late);
          reject(unreadable(cause));
        });
      }
      content.on('data', collect);
      content.on('end', () => {
        clearTimeout(late);
        if (this.onLost === fail) this.onLost = null;
        const [first] = chunks;
        resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks, length));
      });
      content.resume();
    });
  }

  chunks(): AsyncIterable<Uint8Array> {
    // Leaving early must not close the connection: the answer is still to come.
    return this.content.iterator({ destroyOnReturn: false });
  }
}
