import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ApiError, toApiError } from '../page/api/api-error.js';
import { toMembershipState } from '../page/pages/memberships/membership-state.js';
import { takeSetUpToken } from '../page/set-up-token.js';
import { toCurlExample } from '../page/text/curl-example.js';
import { explain } from '../page/text/explain.js';
import { toLines } from '../page/text/lines.js';

describe('the curl that is shown with a key', () => {
  it('is read by a shell as it is meant, whatever the key and the address hold', () => {
    const key = `sk_'"$(touch x)\\`;
    const words = execFileSync('sh', [
      '-c',
      `curl() { printf '%s\\n' "$@"; }; ${toCurlExample('https://a.example', key)}`,
    ]);
    const lines = words.toString().trimEnd().split('\n');
    expect(lines[2]).toBe('https://a.example/api/sync/auth');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ api_key: key });
  });
});

describe('the token of a set-up link', () => {
  const take = (pathname: string, hash: string) => {
    const replaced: unknown[] = [];
    const history = { replaceState: (_: unknown, __: string, url?: string | URL | null) => replaced.push(url) };
    return { token: takeSetUpToken({ pathname, hash, search: '' }, history), replaced };
  };

  it('is read once and leaves the address bar', () => {
    expect(take('/admin/setup', '#token=abc_-1')).toEqual({ token: 'abc_-1', replaced: ['/admin/setup'] });
    expect(take('/sync/admin/setup', '#token=abc')).toEqual({ token: 'abc', replaced: ['/sync/admin/setup'] });
  });

  it('is read nowhere else', () => {
    expect(take('/admin/apps', '#token=abc')).toEqual({ token: null, replaced: [] });
    expect(take('/admin/setup', '')).toEqual({ token: null, replaced: [] });
    expect(take('/admin/setup', '#token=')).toEqual({ token: null, replaced: ['/admin/setup'] });
  });
});

describe('a refusal', () => {
  it('is told with the sentence of the server, and with the field that was wrong', () => {
    const details = { in: 'body', pointer: '/origins/0', problem: 'must match pattern' };
    const error = toApiError(422, 'a-1', {
      error: 'The request does not fit the schema.',
      code: 'invalid_request',
      details,
    });
    expect(explain(error)).toEqual({
      sentence: 'The request does not fit the schema (origins.0: must match pattern).',
      requestId: null,
    });
    const weak = toApiError(422, 'a-2', {
      error: 'No good password.',
      code: 'weak_password',
      details: { reason: 'password_too_short' },
    });
    expect(explain(weak).sentence).toBe('No good password (it is too short).');
  });

  it('names the request when the fault is the server’s', () => {
    const error = toApiError(500, null, { error: 'Wrong.', code: 'internal', details: { request_id: 'a-3' } });
    expect(explain(error)).toEqual({ sentence: 'Wrong.', requestId: 'a-3' });
  });

  it('is told too when something before the server made it', () => {
    expect(explain(toApiError(502, null, null)).sentence).toBe('The server answered with status 502.');
    expect(explain(new ApiError('Not reached.')).sentence).toBe('Not reached.');
    expect(explain(new TypeError('x is undefined')).sentence).toContain('Load it again');
  });
});

describe('a membership', () => {
  const now = Date.parse('2030-06-01T00:00:00Z');
  const state = (starts_at: string, ends_at: string | null, grace_seconds = 0) =>
    toMembershipState({ starts_at, ends_at, grace_seconds }, now);

  it('is open from its start to its end and the grace after it', () => {
    expect(state('2030-06-02T00:00:00Z', null)).toBe('waiting');
    expect(state('2030-01-01T00:00:00Z', null)).toBe('open');
    expect(state('2030-01-01T00:00:00Z', '2030-06-01T00:00:01Z')).toBe('open');
    expect(state('2030-01-01T00:00:00Z', '2030-05-31T23:59:59Z', 60)).toBe('grace');
    expect(state('2030-01-01T00:00:00Z', '2030-05-31T23:59:59Z')).toBe('ended');
  });
});

it('a list is what was written one a line', () => {
  expect(toLines(' https://a.example \n\nhttps://b.example\r\nhttps://a.example')).toEqual([
    'https://a.example',
    'https://b.example',
  ]);
});
