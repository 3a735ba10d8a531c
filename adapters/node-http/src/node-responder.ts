import type { Socket } from 'node:net';
import type { Dispatcher, Log } from '@synckeep/core';
import { discardRest } from './discard-rest.js';
import { NodeCall, type RoutedRequest } from './node-call.js';
import { writeAnswer } from './write-answer.js';

/** Takes a request over: from here on its response is written, and its connection watched, by nobody else. */
export type NodeResponder = (request: RoutedRequest) => void;

/**
 * Answers requests that somebody else has routed: what a binding for a framework on top of `node:http` is made of.
 * @param log hears of what no answer can tell
 */
export const createNodeResponder = (server: Dispatcher, log: Log | null): NodeResponder => {
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
      discardRest(call);
      if (stream) await stream;
    } catch (error) {
      report(error);
      call.lose();
      socket.destroy();
    } finally {
      calls.delete(call);
    }
  };

  return (request) => void serve(new NodeCall(request));
};
