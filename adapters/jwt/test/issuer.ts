import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createVirtualClock } from '@synckeep/testing';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { createJwtAuthenticator, type JwtAuthenticatorOptions } from '../src/index.js';

export const issuer = 'https://login.example/';
export const audience = 'https://sync.example/';
export const appId = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
export const alice = '550e8400-e29b-41d4-a716-446655440000';

/** A pair of keys, as an issuer has them. */
export const createPair = async (kid: string | null, alg = 'ES256') => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = { ...(kid !== null && { kid }), alg, use: 'sig' };
  const jwk: JWK = { ...(await exportJWK(publicKey)), ...named };
  const privateJwk: JWK = { ...(await exportJWK(privateKey)), ...named };
  const sign = (claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg, ...(kid !== null && { kid }), ...header }).sign(privateKey);
  return { jwk, privateJwk, publicKey, privateKey, sign };
};

/** An endpoint on loopback that publishes keys, counts who asks, and can be broken. */
export const publish = async (...keys: readonly JWK[]) => {
  const state = { keys, status: 200, body: null as string | null, asked: 0 };
  const server = createServer((_request, response) => {
    state.asked += 1;
    response.writeHead(state.status, { 'content-type': 'application/json' });
    response.end(state.body ?? JSON.stringify({ keys: state.keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  return { state, url: `http://127.0.0.1:${port}/keys`, port, stop };
};

/** A key, its authenticator, and claims that are right. */
export const createStage = async (options: Partial<JwtAuthenticatorOptions> = {}) => {
  const clock = createVirtualClock();
  const pair = await createPair('one');
  const endpoint = await publish(pair.jwk);
  const authenticator = createJwtAuthenticator({
    issuer,
    audience,
    appId,
    clock,
    ...(!options.keys && !options.secret && { jwks: endpoint.url }),
    ...options,
  });
  const seconds = () => clock.now() / 1000;
  const claims = (extra: Readonly<Record<string, unknown>> = {}) => ({
    iss: issuer,
    aud: audience,
    sub: alice,
    iat: seconds(),
    exp: seconds() + 3600,
    ...extra,
  });
  return { clock, pair, endpoint, authenticator, claims, seconds };
};
