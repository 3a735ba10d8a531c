import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createMount, type Log, nowhere, type SyncServer } from '@synckeep/core';
import { prefixes as defaultPrefixes } from '@synckeep/protocol';
import { createClientAddress } from './client-address.js';
import { discardRest } from './discard-rest.js';
import { NodeCall } from './node-call.js';
import { writeAnswer } from './write-answer.js';

export interface NodeHandlerOptions {
  /** Where the operations stand; those of the protocol by default, "" for the root. */
  readonly prefixes?: readonly string[];
  /** Addresses and CIDRs whose `X-Forwarded-For` counts; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Hears of what no answer can tell; silent by default. */
  readonly log?: Log;
}

/** For `createServer`, or as middleware: with `next`, what lies outside of the prefixes is left to the host. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * Binds a server to `node:http`. It translates and decides nothing: every status, header and byte is the core's.
 * @throws TypeError that names the option which cannot be
 */
export const createNodeHandler = (server: SyncServer, options: NodeHandlerOptions = {}): NodeHandler => {
  const log = options.log ?? null;
  const mount = createMount(options.prefixes ?? defaultPrefixes);
  const addressOf = createClientAddress(options.trustedProxies ?? [], log);
  const callsBySocket = new WeakMap<Socket, Set<NodeCall>>();
  const report = (error: unknown): void => log?.error({ err: error }, 'An answer could not be completed.');

  /** One listener for each connection, however many requests it carries. */
  const callsOf = (socket: Socket): Set<NodeCall> => {
    const known = callsBySocket.get(socket);
    if (known) return known;
    const calls = new Set<NodeCall>();
    callsBySocket.set(socket, calls);
    socket.once('close', () => {
      for (const call of calls) call.lose();
    });
    return calls;
  };

  const serve = async (call: NodeCall): Promise<void> => {
    const { socket } = call;
    const calls = callsOf(socket);
    calls.add(call);
    if (socket.destroyed) call.lose();
    call.response.on('error', report);
    try {
      const answer = await server.dispatch(call);
      const stream = writeAnswer(call, answer, report);
      discardRest(call.request);
      if (stream) await stream;
    } catch (error) {
      report(error);
      call.lose();
      socket.destroy();
    } finally {
      calls.delete(call);
    }
  };

  return (request, response, next) => {
    const target = mount(request.url ?? '/');
    if (target === null && next) return next();
    void serve(new NodeCall(request, response, target ?? nowhere, addressOf(request)));
  };
};
