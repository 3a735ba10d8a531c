import type { IncomingMessage, ServerResponse } from 'node:http';
import { createMount, type Dispatcher, type Log, nowhere, standardMount } from '@synckeep/core';
import { createClientAddress } from './client-address.js';
import { createNodeResponder } from './node-responder.js';

export interface NodeHandlerOptions {
  /**
   * Where the operations stand, "" for the root; by default what the server says of itself, else as the protocol has it,
   * with `/api/admin` beside the prefixes.
   */
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
export const createNodeHandler = (server: Dispatcher, options: NodeHandlerOptions = {}): NodeHandler => {
  const log = options.log ?? null;
  const mount = options.prefixes ? createMount(options.prefixes) : (server.mount ?? standardMount);
  const addressOf = createClientAddress(options.trustedProxies ?? [], log);
  const respond = createNodeResponder(server, log);

  return (request, response, next) => {
    const target = mount(request.url ?? '/');
    if (target === null && next) return next();
    respond({ request, response, target: target ?? nowhere, address: addressOf(request) });
  };
};
