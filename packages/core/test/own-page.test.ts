import { describe, expect, it } from 'vitest';
import { enforceOwnPage } from '../src/access/own-page.js';

const isLetIn = (headers: Record<string, string>, method = 'POST', baseUrl: string | null = null): boolean => {
  const header = (name: string) => headers[name];
  try {
    enforceOwnPage({ method, header, address: '' }, baseUrl === null ? null : () => baseUrl);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'cross_site_request' });
    return false;
  }
};

const mark = { 'x-synckeep-admin': '1' };

describe('what an administrator changes in a browser [P-171]', () => {
  it('needs the header that no form can send', () => {
    expect(isLetIn(mark)).toBe(true);
    expect(isLetIn({})).toBe(false);
    expect(isLetIn({ 'x-synckeep-admin': 'true' })).toBe(false);
    expect(isLetIn({ 'sec-fetch-site': 'same-origin' })).toBe(false);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(isLetIn({}, method)).toBe(false);
    expect(isLetIn({}, 'GET')).toBe(true);
  });

  it('comes from a page of the same origin, as the browser says', () => {
    expect(isLetIn({ ...mark, 'sec-fetch-site': 'same-origin' })).toBe(true);
    for (const site of ['cross-site', 'same-site', 'none', 'SAME-ORIGIN', ''])
      expect(isLetIn({ ...mark, 'sec-fetch-site': site }), site).toBe(false);
    const forged = { ...mark, 'sec-fetch-site': 'cross-site', origin: 'https://a.example', host: 'a.example' };
    expect(isLetIn(forged)).toBe(false);
  });

  it('comes from the origin that was asked, or from the public one, where the browser says only Origin', () => {
    const at = (origin: string, baseUrl: string | null = null) =>
      isLetIn({ ...mark, origin, host: '192.168.1.5:8787' }, 'POST', baseUrl);
    expect(at('http://192.168.1.5:8787')).toBe(true);
    expect(at('http://192.168.1.5')).toBe(false);
    expect(at('https://sync.example.org')).toBe(false);
    expect(at('https://sync.example.org', 'https://sync.example.org/api/sync')).toBe(true);
    expect(at('https://evil.example', 'https://sync.example.org/api/sync')).toBe(false);
    expect(at('null', 'https://sync.example.org/api/sync')).toBe(false);
    expect(isLetIn({ ...mark, origin: 'https://evil.example' })).toBe(false);
  });
});
