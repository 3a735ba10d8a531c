import { type Answer, isStreamBody, type StreamBody } from '@synckeep/core';
import type { NodeCall } from './node-call.js';

const hasNoBody = (status: number): boolean => status === 204 || status === 304;

/** What a binding does with an error that it can tell nobody else. */
export type Report = (error: unknown) => void;

/**
 * Sends chunks one after the other, each when the one before has left for the kernel. Ends when they end, when the
 * client is gone or when `cut` is aborted; in every case the chunks learn of it. Never rejects.
 */
const writeStream = async (call: NodeCall, { chunks, cut }: StreamBody, report: Report): Promise<void> => {
  const { response, socket } = call;
  const iterator = chunks[Symbol.asyncIterator]();
  let release: () => void = () => {};
  // Nobody waits for it: a generator that waits for something itself ends only afterwards.
  const leave = async (): Promise<void> => {
    release();
    try {
      await iterator.return?.();
    } catch (error) {
      report(error);
    }
  };
  const destroy = (): void => {
    socket.destroy();
  };
  if (call.isLost || call.method === 'HEAD' || hasNoBody(response.statusCode)) {
    void leave();
    if (!call.isLost) response.end();
    return;
  }
  call.onLost = () => void leave();
  cut.addEventListener('abort', destroy, { once: true });
  if (cut.aborted) destroy();
  try {
    response.flushHeaders();
    while (!call.isLost) {
      const next = await iterator.next();
      if (call.isLost) break;
      if (next.done) {
        call.onLost = null;
        response.end();
        break;
      }
      if (next.value.length === 0) continue;
      await new Promise<void>((resolve) => {
        release = resolve;
        response.write(next.value, (error) => {
          // A connection that is lost refuses at once and without end; that it is closed comes only in another turn.
          if (error) setImmediate(resolve);
          else resolve();
        });
      });
    }
  } catch (error) {
    call.onLost = null;
    if (!call.isLost) report(error);
    destroy();
  } finally {
    cut.removeEventListener('abort', destroy);
  }
};

/** Null when it has been written by now; a promise that never rejects while a stream is being sent. */
export const writeAnswer = (call: NodeCall, answer: Answer, report: Report): Promise<void> | null => {
  const { response } = call;
  const { status, headers, cookies = [], body } = answer;
  if (cookies.length > 0 && !call.isLost) response.setHeader('set-cookie', cookies);
  if (isStreamBody(body)) {
    if (!call.isLost) response.writeHead(status, headers);
    return writeStream(call, body, report);
  }
  if (call.isLost) return null;
  if (body !== null) {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    // Node leaves the body out where the method or the status has none.
    response.end(body);
    return null;
  }
  const isComplete = hasNoBody(status) || call.method === 'HEAD' || headers['content-length'] !== undefined;
  response.writeHead(status, isComplete ? headers : { ...headers, 'content-length': 0 });
  response.end();
  return null;
};
