import { OptionsError } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { createJwtAuthenticator } from '../src/index.js';
import { appId, audience, createPair, issuer } from './issuer.js';

const good = { issuer, audience, appId, jwks: 'https://login.example/keys' };
const pair = await createPair('one');

describe('an option', () => {
  it.each([
    ['is not there', { isuer: 'x' }, 'there is no option isuer; the options are issuer, audience'],
    ['issuer is empty', { issuer: '' }, 'issuer: must not be empty'],
    [
      'audience is missing',
      { audience: undefined },
      'audience: must be what tokens for this server have as aud, or "any"',
    ],
    ['appId is no id', { appId: 'notes' }, 'appId: must be the id of an app, or a function of the claims'],
    ['jwks is no URL', { jwks: 'keys' }, 'jwks: must be the URL of a JSON Web Key Set'],
    ['jwks is http', { jwks: 'http://login.example/keys' }, 'jwks: must be https; allowInsecureJwks: true'],
    ['jwks is ftp', { jwks: 'ftp://login.example/keys', allowInsecureJwks: true }, 'jwks: must be https'],
    ['there are two sources', { secret: new Uint8Array(32) }, 'jwks: give exactly one of jwks, keys and secret'],
    ['there is no source', { jwks: undefined }, 'jwks: give exactly one of jwks, keys and secret'],
    ['secret is short', { jwks: undefined, secret: new Uint8Array(31) }, 'secret: must have 32 bytes or more'],
    [
      'keys are private',
      { jwks: undefined, keys: { keys: [pair.privateJwk] } },
      'is a private key; give the public one',
    ],
    ['keys are shared', { jwks: undefined, keys: { keys: [{ kty: 'oct', k: 'AA' }] } }, 'is a shared secret'],
    ['there are no keys', { jwks: undefined, keys: { keys: [] } }, 'keys.keys: must not be empty'],
    ['algorithms has none', { algorithms: ['none'] }, 'algorithms.0: '],
    ['algorithms is empty', { algorithms: [] }, 'algorithms: must not be empty'],
    ['algorithms mixes kinds', { algorithms: ['RS256', 'HS256'] }, 'algorithms: HS256 cannot be used without a secret'],
    ['clockTolerance is negative', { clockTolerance: -1 }, 'clockTolerance: '],
    ['log is none', { log: {} }, 'log: must be a Log'],
  ])('that %s is named, with what to write', (_name, option, message) => {
    const options = { ...good, ...option };
    const create = () => Reflect.apply(createJwtAuthenticator, null, [options]);
    expect(create).toThrow(OptionsError);
    expect(create).toThrow(message);
  });

  it.each([
    ['https', {}],
    ['http on loopback', { jwks: new URL('http://127.0.0.1:8080/keys') }],
    ['http by name', { jwks: 'http://keycloak:8080/keys', allowInsecureJwks: true }],
    ['several audiences', { audience: ['a', 'b'] }],
  ])('of %s is taken', (_name, option) => {
    expect(() => createJwtAuthenticator({ ...good, ...option })).not.toThrow();
  });
});
