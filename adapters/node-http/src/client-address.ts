import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Log } from '@synckeep/core';

const mapped = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
const withPort = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/;

/** The address of a `X-Forwarded-For` entry or a socket, an IPv4 one never in its IPv6 form; null for anything else. */
export const toAddress = (text: string): string | null => {
  const trimmed = text.trim();
  const match = isIP(trimmed) === 0 ? withPort.exec(trimmed) : null;
  const address = (match?.[1] ?? match?.[2] ?? trimmed).replace(mapped, '');
  return isIP(address) === 0 ? null : address;
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** @throws TypeError that names the entry which is no CIDR */
export const createTrustedProxies = (cidrs: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits, ...more] = cidr.split('/');
    const longest = isIP(address) === 6 ? 128 : 32;
    const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (isIP(address) === 0 || length < 0 || length > longest || more.length > 0) {
      throw new TypeError(`trustedProxies: "${cidr}" is no address or CIDR; write for example "10.0.0.0/8" or "::1".`);
    }
    list.addSubnet(address, length, familyOf(address));
  }
  if (cidrs.length === 0) return () => false;
  return (address) => list.check(address, familyOf(address));
};

/**
 * The nearest address that is not a trusted proxy's: `X-Forwarded-For` is read from its end for as long as whoever wrote
 * an entry is trusted.
 */
export const resolveAddress = (peer: string, forwarded: string, isTrusted: (address: string) => boolean): string => {
  const entries = forwarded.split(',');
  let address = peer;
  while (isTrusted(address)) {
    const next = toAddress(entries.pop() ?? '');
    if (next === null) break;
    address = next;
  }
  return address;
};

/** Tells the client's address of a request; warns once of a forwarded header that does not count. */
export const createClientAddress = (
  cidrs: readonly string[],
  log: Log | null,
): ((request: IncomingMessage) => string) => {
  const isTrusted = createTrustedProxies(cidrs);
  let isWarned = false;
  return (request) => {
    const { remoteAddress = '' } = request.socket;
    const peer = toAddress(remoteAddress) ?? remoteAddress;
    const forwarded = request.headers['x-forwarded-for'];
    if (forwarded === undefined) return peer;
    if (isIP(peer) !== 0 && isTrusted(peer)) return resolveAddress(peer, String(forwarded), isTrusted);
    if (!isWarned) {
      isWarned = true;
      log?.warn({ peer }, 'X-Forwarded-For came from a peer that is not among the trusted proxies. It is ignored.');
    }
    return peer;
  };
};
