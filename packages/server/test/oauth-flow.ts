import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const redirect = 'http://127.0.0.1:49152/callback';

/** Somebody in a browser without a window: cookies, redirects on this server, and forms of its own pages. */
const openBrowser = (origin: string) => {
  const cookies = new Map<string, string>();
  const send = async (
    url: string,
    form?: URLSearchParams,
  ): Promise<{ readonly url: string; readonly text: string }> => {
    const response = await fetch(url, {
      ...(form && { method: 'POST', body: form }),
      headers: { origin, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) return { url, text: await response.text() };
    const next = new URL(location, url);
    return next.origin === origin ? send(next.href) : { url: next.href, text: '' };
  };
  return {
    cookies,
    get: (url: string) => send(url),
    post: (url: string, fields: Record<string, string>) => send(url, new URLSearchParams(fields)),
  };
};

type Browser = ReturnType<typeof openBrowser>;

const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/<code>([^<]+)<\/code>/g)].map(([, code]) => code ?? '');

/** Turns the second factor on for whoever is signed in. */
const turnSecondFactorOn = async ({ post }: Browser, origin: string, password: string) => {
  const url = `${origin}/account/second-factor`;
  const enrolment = await post(url, { action: 'begin', password });
  const secret = codesIn(enrolment.text)[0]?.replaceAll(' ', '') ?? '';
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const [first = '', ...rest] = codesIn((await post(url, { action: 'confirm', code })).text);
  if (rest.length !== 9) throw new Error(`The second factor was not turned on: ${enrolment.text}`);
  return { 'the secret of an authenticator app': secret, 'a recovery code': first };
};

/** A login through the pages, then a second factor: everything that is secret on the way. */
export const logInByOAuth = async (origin: string, apiKey: string, email: string, password: string) => {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: apiKey, redirect_uri: redirect, state: 'state', scope: 'offline_access' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  });
  const browser = openBrowser(origin);
  const page = await browser.get(`${origin}/oauth/authorize?${query}`);
  const consent = await browser.post(page.url, { action: 'login', email, password, remember: 'on' });
  const answer = await browser.post(consent.url, { action: 'allow' });
  const code = new URL(answer.url).searchParams.get('code');
  if (code === null) throw new Error(`No code came: ${answer.url} ${answer.text}`);
  const ask = async (fields: Record<string, string>): Promise<{ access_token: string; refresh_token: string }> => {
    const body = new URLSearchParams({ client_id: apiKey, ...fields });
    const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body });
    if (!response.ok) throw new Error(`No token came: ${await response.text()}`);
    return JSON.parse(await response.text());
  };
  const first = await ask({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect });
  const second = await ask({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
  return {
    'a code': code,
    'a verifier': verifier,
    'a used refresh token': first.refresh_token,
    'a refresh token': second.refresh_token,
    'an access token': second.access_token,
    'the cookie of a browser': browser.cookies.get('synckeep_browser') ?? '',
    ...(await turnSecondFactorOn(browser, origin, password)),
  };
};
