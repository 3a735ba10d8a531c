import type { NodeCall } from './node-call.js';

const bytesLimit = 16 * 1024 * 1024;
const timeLimit = 10_000;

/**
 * Reads away what the client still sends after its answer, so that it can finish, read the answer and use the connection
 * again. A client that goes on for more than 16 MiB or 10 s loses the connection.
 */
export const discardRest = ({ request, content }: NodeCall): void => {
  if (request.readableEnded || request.destroyed) return;
  if (!request.complete) {
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), timeLimit).unref();
    let discarded = 0;
    request.on('data', (chunk: Uint8Array) => {
      discarded += chunk.length;
      if (discarded > bytesLimit) socket.destroy();
    });
    const settle = () => clearTimeout(timer);
    request.once('end', settle);
    request.once('close', settle);
  }
  content.resume();
};
