import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createTrustedProxies, resolveAddress, toAddress } from '../src/client-address.js';
import { createLogRecorder, openBinding, text } from './stage.js';

describe('toAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1:80 ', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[2001:db8::1]:80', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['unknown', null],
    ['', null],
    ['192.0.2.1:80:80', null],
    ['300.1.1.1', null],
  ])('reads %j as %j', (given, address) => {
    expect(toAddress(given)).toBe(address);
  });
});

describe('createTrustedProxies', () => {
  it('knows addresses and CIDRs of both families', () => {
    const isTrusted = createTrustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::1']);
    expect(['10.255.1.1', '192.0.2.1', '2001:db8::9', '::1'].map(isTrusted)).toEqual([true, true, true, true]);
    expect(['11.0.0.1', '192.0.2.2', '2001:db9::9', '::2'].map(isTrusted)).toEqual([false, false, false, false]);
  });

  it.each(['10.0.0/8', '10.0.0.0/33', '10.0.0.0/', '::1/129', 'loopback', '', '10.0.0.0/8/8', '10.0.0.0/-1'])(
    'refuses %j by name',
    (cidr) => {
      expect(() => createTrustedProxies([cidr])).toThrow(`trustedProxies: "${cidr}" is no address or CIDR`);
    },
  );
});

describe('resolveAddress', () => {
  const isTrusted = createTrustedProxies(['10.0.0.0/8']);

  it.each([
    ['198.51.100.1', '192.0.2.1', '198.51.100.1'],
    ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '203.0.113.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['10.0.0.1', '192.0.2.1, unknown', '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
  ])('from %s with "%s" is %s', (peer, forwarded, address) => {
    expect(resolveAddress(peer, forwarded, isTrusted)).toBe(address);
  });
});

describe('the address of a call', () => {
  const ask = (url: string, forwarded?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
      const sent = request(`${url}/api/sync/status`, { headers }, (response) => {
        response.setEncoding('utf8');
        response.on('data', resolve);
      });
      sent.on('error', reject);
      sent.end();
    });

  it('is what a trusted proxy says', async () => {
    const { url } = await openBinding(async (call) => text(call.address), { trustedProxies: ['127.0.0.0/8'] });
    expect(await ask(url, '203.0.113.9, 192.0.2.1')).toBe('192.0.2.1');
    expect(await ask(url)).toBe('127.0.0.1');
  });

  it('is the peer when nobody is trusted, with one warning for all headers that were ignored', async () => {
    const { log, lines } = createLogRecorder();
    const { url } = await openBinding(async (call) => text(call.address), { log });
    expect(await ask(url)).toBe('127.0.0.1');
    expect(lines).toEqual([]);
    expect(await ask(url, '192.0.2.1')).toBe('127.0.0.1');
    expect(await ask(url, '192.0.2.1')).toBe('127.0.0.1');
    expect(lines).toEqual([
      { level: 'warn', fields: { peer: '127.0.0.1' }, message: expect.stringContaining('X-Forwarded-For') },
    ]);
  });
});
