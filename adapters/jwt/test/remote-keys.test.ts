import { SyncError } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { createPair, createStage, type publish } from './issuer.js';

const unavailable = expect.objectContaining({ code: 'unavailable', status: 503 });
const hour = 3_600_000;

describe('the published keys', () => {
  it('are fetched when the first token comes, once however many come at a time', async () => {
    const { authenticator, endpoint, pair, claims } = await createStage();
    expect(endpoint.state.asked).toBe(0);
    const token = await pair.sign(claims());
    const identities = await Promise.all(Array.from({ length: 50 }, () => authenticator.authenticate(token)));
    expect(identities.every((identity) => identity !== null)).toBe(true);
    expect(endpoint.state.asked).toBe(1);
  });

  it('are used for ten minutes, and fetched again then', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    const token = await pair.sign(claims());
    await authenticator.authenticate(token);
    clock.advance(599_999);
    await authenticator.authenticate(token);
    expect(endpoint.state.asked).toBe(1);
    clock.advance(1);
    await authenticator.authenticate(token);
    expect(endpoint.state.asked).toBe(2);
  });

  it('are fetched again when a token names a new one', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    await authenticator.authenticate(await pair.sign(claims()));
    const next = await createPair('two');
    endpoint.state.keys = [pair.jwk, next.jwk];
    clock.advance(30_000);
    expect(await authenticator.authenticate(await next.sign(claims()))).not.toBeNull();
    expect(await authenticator.authenticate(await pair.sign(claims()))).not.toBeNull();
    expect(endpoint.state.asked).toBe(2);
  });

  it('no longer hold one that was withdrawn, ten minutes later at most', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    const token = await pair.sign(claims());
    await authenticator.authenticate(token);
    endpoint.state.keys = [(await createPair('two')).jwk];
    clock.advance(600_000);
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('are not fetched for each token that names one which is not there', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    for (let n = 0; n < 200; n += 1) {
      const token = await pair.sign(claims(), { kid: `made up ${n}` });
      expect(await authenticator.authenticate(token)).toBeNull();
    }
    expect(endpoint.state.asked).toBe(1);
    clock.advance(30_000);
    await authenticator.authenticate(await pair.sign(claims(), { kid: 'made up' }));
    expect(endpoint.state.asked).toBe(2);
    expect(await authenticator.authenticate(await pair.sign(claims()))).not.toBeNull();
  });
});

describe('an issuer that does not answer', () => {
  const breakages: Readonly<Record<string, (endpoint: Awaited<ReturnType<typeof publish>>) => unknown>> = {
    'is gone': (endpoint) => endpoint.stop(),
    'answers 500': ({ state }) => Object.assign(state, { status: 500 }),
    redirects: ({ state }) => Object.assign(state, { status: 302 }),
    'answers no JSON': ({ state }) => Object.assign(state, { body: '<html>' }),
    'answers no key set': ({ state }) => Object.assign(state, { body: '{"keys":{}}' }),
    'answers null': ({ state }) => Object.assign(state, { body: 'null' }),
  };

  it.each(Object.entries(breakages))('%s: no token is judged before its keys are known [P-4]', async (_name, spoil) => {
    const { authenticator, endpoint, pair, claims } = await createStage();
    await spoil(endpoint);
    const refusal = authenticator.authenticate(await pair.sign(claims()));
    await expect(refusal).rejects.toThrow(SyncError);
    await expect(refusal).rejects.toEqual(unavailable);
  });

  it('is asked again after 5 s, and not before', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    endpoint.state.status = 500;
    const token = await pair.sign(claims());
    for (let n = 0; n < 100; n += 1) await expect(authenticator.authenticate(token)).rejects.toEqual(unavailable);
    expect(endpoint.state.asked).toBe(1);
    endpoint.state.status = 200;
    clock.advance(4_999);
    await expect(authenticator.authenticate(token)).rejects.toEqual(unavailable);
    clock.advance(1);
    expect(await authenticator.authenticate(token)).not.toBeNull();
    expect(endpoint.state.asked).toBe(2);
  });

  it('is stood in for by its old keys for an hour', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    const token = await pair.sign(claims({ exp: clock.now() / 1000 + 7_200 }));
    await authenticator.authenticate(token);
    endpoint.state.status = 500;
    clock.advance(600_000 + hour - 1);
    expect(await authenticator.authenticate(token)).not.toBeNull();
    clock.advance(1);
    await expect(authenticator.authenticate(token)).rejects.toEqual(unavailable);
  });

  it('cannot tell whether a key that is not known is a new one', async () => {
    const { authenticator, endpoint, pair, claims, clock } = await createStage();
    await authenticator.authenticate(await pair.sign(claims()));
    endpoint.state.status = 500;
    clock.advance(30_000);
    const next = await createPair('two');
    await expect(authenticator.authenticate(await next.sign(claims()))).rejects.toEqual(unavailable);
    expect(await authenticator.authenticate(await pair.sign(claims()))).not.toBeNull();
    endpoint.state.status = 200;
    endpoint.state.keys = [pair.jwk, next.jwk];
    clock.advance(30_000);
    expect(await authenticator.authenticate(await next.sign(claims()))).not.toBeNull();
  });

  it('for long is given up on: the request carries a signal', async () => {
    let signal: unknown;
    const { authenticator, pair, claims } = await createStage({
      fetch: async (_url, init) => {
        signal = init?.signal;
        throw new DOMException('too late', 'TimeoutError');
      },
    });
    await expect(authenticator.authenticate(await pair.sign(claims()))).rejects.toEqual(unavailable);
    expect(signal).toBeInstanceOf(AbortSignal);
  });
});
