import type { AppAdministration, Call } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import { z } from 'zod';
import { readForm } from '../pages/page-request.js';

/** A request as the library gets it. */
export interface EdgeRequest {
  readonly method: string;
  /** Path and query below the base. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A form; empty without a body. */
  readonly body: string;
  /** Of the API key that came; null when none did, or one of no app. */
  readonly keyGeneration: number | null;
}

/** A request that cannot be read. The message is for a developer. */
export class EdgeError extends Error {
  override readonly name = 'EdgeError';
}

/** Stands for every API key that no app has, and for the id of an app that somebody sent in place of its key. */
const nobody = 'unknown';

/** Parameters of OpenID Connect: there are no id_tokens here, and without `openid` their presence is an error. */
const openIdParameters = ['nonce', 'max_age', 'acr_values', 'claims', 'claims_locales', 'id_token_hint'];

/** Headers that mean something to the library. Cookies are not among them: each request is given its own. */
const passed = ['origin', 'access-control-request-method', 'access-control-request-headers'];

const flatJson = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A JSON object as a form, because the library takes nothing else. @throws EdgeError for what is no flat object */
const fromJson = (bytes: Uint8Array): URLSearchParams => {
  try {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(flatJson.parse(JSON.parse(utf8.decode(bytes))))) {
      if (value !== null) form.set(name, String(value));
    }
    return form;
  } catch (cause) {
    throw new EdgeError('the body is no JSON object of plain values', { cause });
  }
};

const readParameters = async (call: Call): Promise<URLSearchParams> => {
  const type = call.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  try {
    if (type === 'application/json') return fromJson(await call.body.bytes(limits.bytesPerBody));
    return await readForm(call);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    throw new EdgeError(
      error.code === 'body_too_large' ? 'the body is too large' : 'the body is neither a form nor JSON',
    );
  }
};

const words = (text: string | null): string[] => (text ?? '').split(' ').filter((word) => word !== '');

/** What the app asks for is always `sync`; OpenID Connect is left out. */
const renameScopes = (parameters: URLSearchParams): void => {
  const scopes = words(parameters.get('scope')).filter((scope) => scope !== 'openid');
  parameters.set('scope', [...new Set([...scopes, 'sync'])].join(' '));
};

const prepareAuthorization = (parameters: URLSearchParams): void => {
  const prompts = words(parameters.get('prompt')).map((prompt) => (prompt === 'select_account' ? 'login' : prompt));
  // How long ago the login may be is not looked into: whoever asks gets a new one.
  if (parameters.has('max_age') && !prompts.includes('none')) prompts.push('login');
  // Refresh tokens are given by consent only, which everybody is asked for here anyway.
  if (words(parameters.get('scope')).includes('offline_access') && !prompts.includes('none')) prompts.push('consent');
  // The others are answered by a page with a script, or where only a script can read it.
  if (parameters.has('response_mode') && parameters.get('response_mode') !== 'query') {
    parameters.set('response_mode', 'unsupported');
  }
  if (prompts.length > 0) parameters.set('prompt', [...new Set(prompts)].join(' '));
  for (const name of openIdParameters) parameters.delete(name);
  renameScopes(parameters);
};

/**
 * Makes what the library understands of a request. Above all it puts the id of the app in the place of its API key,
 * so that nothing behind this line can store, log or sign a key.
 */
export const createEdge = (apps: Pick<AppAdministration, 'findByKey'>) => {
  const replaceKeys = async (parameters: URLSearchParams): Promise<number | null> => {
    const keys = parameters.getAll('client_id');
    const found = await Promise.all(keys.map((key) => apps.findByKey(key)));
    parameters.delete('client_id');
    for (const app of found) parameters.append('client_id', app?.app.id ?? nobody);
    return found[0]?.keyGeneration ?? null;
  };

  return async (call: Call, cookie: string | null): Promise<EdgeRequest> => {
    const headers: Record<string, string> = cookie === null ? {} : { cookie };
    for (const name of passed) {
      const value = call.header(name);
      if (value !== undefined) headers[name] = value;
    }
    const { method, path } = call;
    if (method === 'POST') {
      const parameters = await readParameters(call);
      const keyGeneration = await replaceKeys(parameters);
      if (parameters.has('scope')) renameScopes(parameters);
      Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' });
      return { method, url: path, headers, body: parameters.toString(), keyGeneration };
    }
    const parameters = new URLSearchParams(call.query);
    const keyGeneration = await replaceKeys(parameters);
    if (path === '/oauth/authorize') prepareAuthorization(parameters);
    const query = parameters.toString();
    headers['accept'] = path.startsWith('/oauth/authorize') ? 'text/html' : 'application/json';
    return { method, url: query === '' ? path : `${path}?${query}`, headers, body: '', keyGeneration };
  };
};
