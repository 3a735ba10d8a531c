import { createPages, type PageSection } from '@synckeep/accounts/pages';
import type { Answer, Call, LogFields } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { toCookie } from '../src/pages/cookies.js';
import { toAlert, toField } from '../src/pages/forms.js';
import { html } from '../src/pages/html.js';
import { toPage, toRedirect } from '../src/pages/page-answer.js';
import { answerRoutes } from '../src/pages/page-section.js';

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };

const toCall = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ''): Call => {
  const [bare = '', query = ''] = path.split('?');
  return {
    method,
    path: bare,
    query,
    header: (name) => headers[name],
    address: '192.0.2.1',
    body: {
      bytes: async (limit) => {
        if (body.length > limit) throw new SyncError('body_too_large');
        return new TextEncoder().encode(body);
      },
      chunks: async function* () {},
    },
    signal: new AbortController().signal,
  };
};

const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

const open = (publicUrl = 'https://sync.example.org') => {
  const logged: LogFields[] = [];
  const keep = (fields: LogFields) => void logged.push(fields);
  const section: PageSection = {
    paths: ['/account', '/.well-known/oauth-authorization-server'],
    answer: (call, place) =>
      answerRoutes(
        [
          {
            method: 'GET',
            path: '/account/{name}',
            answer: async (_request, { name }) => toPage({ title: 'A', body: name }),
          },
          {
            method: 'POST',
            path: '/account/{name}',
            answer: async (request) => {
              if (request.form.get('do') === 'fail') throw new Error('a secret detail');
              if (request.form.get('do') === 'wait') throw new SyncError('rate_limited', { retryAfter: 7 });
              return toRedirect('/account/done', [toCookie('a', 'b', { path: '/', maxAge: 1, secure: true })]);
            },
          },
        ],
        call,
        place,
      ),
  };
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  return { pages: createPages({ publicUrl: () => publicUrl, sections: [section], random, log }), logged };
};

const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : '');

describe('a template', () => {
  it('escapes text, also inside of attributes, and nothing twice', () => {
    const name = `<script>alert("1 & 'a'")</script>`;
    expect(html`<p title="${name}">${html`<b>${name}</b>`}</p>`.text).toBe(
      `<p title="&lt;script&gt;alert(&quot;1 &amp; &#39;a&#39;&quot;)&lt;/script&gt;"><b>&lt;script&gt;alert(&quot;1 &amp; &#39;a&#39;&quot;)&lt;/script&gt;</b></p>`,
    );
  });

  it('joins lists and leaves nothing for null, undefined and false', () => {
    expect(html`${['<', html`<br>`]}${null}${undefined}${false}${0}`.text).toBe('&lt;<br>0');
  });

  it('takes nothing that came out of JSON for HTML', () => {
    const forged = JSON.parse('{"text":"<script>"}');
    expect(() => html`${forged}`.text).toThrow();
  });

  it('ties a field to its label, hint and error', () => {
    const { text } = toField({
      name: 'email',
      label: 'E-mail',
      autocomplete: 'username',
      hint: 'Yours',
      error: 'Wrong',
    });
    expect(text).toContain('<label for="email">E-mail</label>');
    expect(text).toContain('id="email" name="email" type="text" autocomplete="username"');
    expect(text).toContain('aria-describedby="email-hint email-error" aria-invalid="true"');
    expect(html`${toAlert(null)}${toAlert('No')}`.text).toBe('<p class="notice error" role="alert">No</p>');
  });
});

describe('a page', () => {
  it('runs no script, loads nothing, is framed by nobody and kept by nobody', async () => {
    const { headers, body } = await open().pages.dispatch(toCall('GET', '/account/x'));
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    });
    const policy = headers['content-security-policy'];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; .*form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(body).not.toContain('<script');
    expect(body).not.toContain(' style=');
  });

  it('escapes what the path says', async () => {
    const answer = await open().pages.dispatch(toCall('GET', '/account/<b>'));
    expect(textOf(answer)).toContain('&lt;b&gt;');
  });

  it('is not found in words, and names the methods it has', async () => {
    const { pages } = open();
    expect(await pages.dispatch(toCall('GET', '/account'))).toMatchObject({ status: 404 });
    expect(await pages.dispatch(toCall('GET', '/elsewhere'))).toMatchObject({ status: 404 });
    expect(await pages.dispatch(toCall('PUT', '/account/x'))).toMatchObject({
      status: 405,
      headers: { allow: 'GET, POST' },
    });
  });

  it('tells a fault to the log and a request id to the browser', async () => {
    const { pages, logged } = open();
    const answer = await pages.dispatch(toCall('POST', '/account/x', form, 'do=fail'));
    expect(answer.status).toBe(500);
    expect(textOf(answer)).not.toContain('secret');
    expect(textOf(answer)).toContain(`Request ${logged[0]?.['requestId']}`);
  });

  it('tells a refusal in its own words and how long to wait', async () => {
    const answer = await open().pages.dispatch(toCall('POST', '/account/x', form, 'do=wait'));
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  });
});

describe('a form', () => {
  it('is taken from a page of this server', async () => {
    const { pages } = open();
    const answer = await pages.dispatch(toCall('POST', '/account/x', form, 'do=it'));
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: '/account/done' },
      cookies: ['a=b; Path=/; Max-Age=1; HttpOnly; SameSite=Lax; Secure'],
    });
    const old = { 'content-type': form['content-type'], origin: 'https://sync.example.org' };
    expect(await pages.dispatch(toCall('POST', '/account/x', old, 'do=it'))).toMatchObject({ status: 303 });
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site', origin: 'https://app.example.org' }],
    ['a typed address', { 'sec-fetch-site': 'none' }],
    ['an old browser on another site', { origin: 'https://evil.example' }],
    ['a frame without an origin', { origin: 'null' }],
    ['something that does not say', {}],
  ])('is refused from %s', async (_name, headers) => {
    const { 'content-type': type } = form;
    const answer = await open().pages.dispatch(toCall('POST', '/account/x', { 'content-type': type, ...headers }));
    expect(answer.status).toBe(403);
  });

  it('is refused when it is too large, no form, or no text', async () => {
    const { pages } = open();
    const post = (headers: Readonly<Record<string, string>>, body: string) =>
      pages.dispatch(toCall('POST', '/account/x', { ...form, ...headers }, body));
    expect(await post({}, 'x'.repeat(70_000))).toMatchObject({ status: 413 });
    expect(await post({ 'content-type': 'application/json' }, '{}')).toMatchObject({ status: 415 });
  });
});

describe('the place of the pages', () => {
  it('takes its own paths and leaves the rest to the host', () => {
    const { pages } = open();
    expect(pages.mount('/account/x?y')).toEqual({ path: '/account/x', query: 'y' });
    expect(pages.mount('/account')).toEqual({ path: '/account', query: '' });
    expect(pages.mount('/accounting')).toBeNull();
    expect(pages.mount('/')).toBeNull();
  });

  it('can be below a path, with its metadata also where RFC 8414 looks for them', () => {
    const { pages } = open('https://example.org/sync/');
    expect(pages.mount('/sync/account/x')).toEqual({ path: '/account/x', query: '' });
    expect(pages.mount('/account/x')).toBeNull();
    expect(pages.mount('/.well-known/oauth-authorization-server/sync')?.path).toBe(
      '/.well-known/oauth-authorization-server',
    );
    expect(pages.mount('/.well-known/oauth-authorization-server/other')).toBeNull();
  });
});
