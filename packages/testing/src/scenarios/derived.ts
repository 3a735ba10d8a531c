import {
  type AdminScope,
  adminPrefix,
  adminScopes,
  type Operation,
  type OperationName,
  operationNames,
  operations,
  prefixes,
  requestSchemas,
} from '@synckeep/protocol';
import { describe, expect, test } from 'vitest';
import { type Device, tokenFor as tokenOf } from './caller.js';
import { badTokens, goodClaims, sampleHash, sampleParams, validInput, zeroId } from './derived-inputs.js';
import { type CallInput, type Fixture, openFixture, toWireRequest } from './fixture.js';
import { publishSample } from './releases.js';
import type { ScenarioSetup } from './setup.js';
import { unionMerges } from './union-merges.js';
import { checkError } from './wire-check.js';

const row = (name: OperationName): Operation => operations[name];
const names = (isMeant: (operation: Operation) => boolean): readonly OperationName[] =>
  operationNames.filter((name) => isMeant(row(name)));
const withToken = names(({ access }) => !['public', 'admin', 'signed'].includes(access));
const withAdminToken = names(({ access }) => access === 'admin');
/** What a browser changes for an administrator, or to become signed in as one. */
const administering = names(({ method, path }) => path.startsWith('/admin/') && method !== 'GET');
const withBody = names(({ bodyLimit }) => bodyLimit > 0);

const createAdminToken = async (f: Fixture, scopes: readonly AdminScope[]): Promise<string> =>
  (await f.server.adminTokens.create({ name: 'of a test', scopes })).text;

/** A token that each operation lets in. */
const tokensFor = async (f: Fixture, device: Device): Promise<(name: OperationName) => string> => {
  const adminToken = await createAdminToken(f, adminScopes);
  return (name) => (row(name).access === 'admin' ? adminToken : tokenOf(name, device));
};

/** What the pages of others can make a browser send with the cookie of an administrator (P-171). */
const fromElsewhere: Readonly<Record<string, CallInput['headers']>> = {
  'without the header that no form can send': { 'x-synckeep-admin': '' },
  'from a page of another site': { 'sec-fetch-site': 'cross-site' },
  'from a page of the same site that is not ours': { 'sec-fetch-site': 'same-site' },
  'from a page of another origin': { origin: 'https://evil.example' },
  'from a page without an origin': { origin: 'null' },
};

const malformed = ['{', '[1,', '{"a":}', "{'a': 1}", '\u0000', 'true false', '{"a":1}}'];
const wrongTypes = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json'];

/** Operations that name something by an id, and how the answer for a missing one looks. */
const idInputs: Partial<Record<OperationName, (ids: { deviceId: string; hash: string }) => CallInput>> = {
  renameDevice: ({ deviceId }) => ({ params: { device_id: deviceId }, body: { device_name: 'x' } }),
  deleteDevice: ({ deviceId }) => ({ params: { device_id: deviceId } }),
  push: ({ deviceId }) => ({ body: { device_id: deviceId, changes: [] } }),
  pull: ({ deviceId }) => ({ body: { device_id: deviceId } }),
  subscribe: ({ deviceId }) => ({ query: { device_id: deviceId } }),
  confirmBlob: (ids) => ({ body: { hash: ids.hash, size_bytes: 1 } }),
  downloadBlob: (ids) => ({ body: { hash: ids.hash } }),
  deleteBlob: (ids) => ({ params: { hash: ids.hash } }),
};

/**
 * Checks that follow from the operations table alone: each operation against every bad token, malformed and oversize
 * bodies, lapsed membership, other methods, ids of others, and being sent twice. Every answer is held against its row.
 */
export const describeDerived = (name: string, setup: ScenarioSetup = {}): void => {
  let count = 0;
  const check = (title: string, run: (f: Fixture, device: Device) => Promise<number>): void => {
    test(title, async () => {
      const { fixture, close } = await openFixture(setup, {});
      const device = await fixture.device();
      count += await run(fixture, device);
      await close();
    });
  };

  describe(`checks derived from the operations table over ${name}`, () => {
    check('every operation with access by token refuses to work without one [P-10]', async (f, device) => {
      for (const each of withToken) {
        (await f.call(each, validInput(device)[each])).refusal('missing_token');
        (await f.call(each, { ...validInput(device)[each], query: { access_token: device.token } })).refusal(
          'missing_token',
        );
      }
      return withToken.length * 2;
    });

    for (const [what, make] of Object.entries(badTokens)) {
      check(`every operation with access by token refuses ${what} [P-14]`, async (f, device) => {
        const token = await make(device, f);
        f.clock.advance(2000);
        for (const each of withToken)
          (await f.call(each, { ...validInput(device)[each], token })).refusal('invalid_token');
        return withToken.length;
      });
    }

    check(
      'a token with every claim right is let in, so that each of those was refused for its one fault',
      async (f, device) => {
        const token = await f.accounts.sign(goodClaims(device, f));
        (await f.call('status', { token })).ok();
        return 1;
      },
    );

    check('every public operation works without a token [P-10]', async (f, device) => {
      const open = names(({ access }) => access === 'public');
      const { release_id } = await publishSample(f, device.app);
      for (const each of open) {
        const reply = await f.call(each, validInput(device, { ...sampleParams(device), release_id })[each]);
        expect(reply.status, `${each} ${reply.text}`).toBeLessThan(400);
      }
      return open.length;
    });

    check(
      'every admin operation refuses to work without a token, and with the token of a user [P-160]',
      async (f, device) => {
        for (const each of withAdminToken) {
          const input = validInput(device)[each];
          (await f.call(each, input)).refusal('missing_token');
          (await f.call(each, { ...input, query: { ...input.query, access_token: device.token } })).refusal(
            'missing_token',
          );
          for (const token of [device.token, 'garbage', `ska_${'0'.repeat(64)}`])
            (await f.call(each, { ...input, token })).refusal('invalid_token');
        }
        return withAdminToken.length * 5;
      },
    );

    check('every admin operation needs its scope, and no other one [P-160]', async (f, device) => {
      for (const each of withAdminToken) {
        const { scope } = row(each);
        const others = await createAdminToken(
          f,
          adminScopes.filter((other) => other !== scope),
        );
        const input = validInput(device)[each];
        expect((await f.call(each, { ...input, token: others })).refusal('scope_required')).toEqual({ scope });
        const own = await createAdminToken(
          f,
          adminScopes.filter((other) => other === scope),
        );
        expect((await f.call(each, { ...input, token: own })).text).not.toContain('scope_required');
      }
      return withAdminToken.length * 2;
    });

    check(
      'every admin operation refuses an admin token from the moment in which it is revoked [P-160]',
      async (f, device) => {
        const { token, text } = await f.server.adminTokens.create({ name: 'short', scopes: adminScopes });
        (await f.call('listApps', { token: text })).ok();
        expect(await f.server.adminTokens.revoke(token.id)).toBe(true);
        for (const each of withAdminToken)
          (await f.call(each, { ...validInput(device)[each], token: text })).refusal('invalid_token');
        return withAdminToken.length;
      },
    );

    check(
      'every admin operation lets in who is signed in as an administrator, with its scope [P-170]',
      async (f, device) => {
        for (const each of withAdminToken) {
          const { scope } = row(each);
          const input = validInput(device)[each];
          const as = (scopes: readonly AdminScope[]) =>
            f.call(each, {
              ...input,
              headers: { ...f.administrators.signedIn(scopes), 'sec-fetch-site': 'same-origin' },
            });
          const others = await as(adminScopes.filter((other) => other !== scope));
          expect(others.refusal('scope_required')).toEqual({ scope });
          const { text } = await as(adminScopes.filter((other) => other === scope));
          for (const code of ['scope_required', 'missing_token', 'cross_site_request'])
            expect(text, each).not.toContain(code);
        }
        return withAdminToken.length * 2;
      },
    );

    for (const [what, headers] of Object.entries(fromElsewhere)) {
      check(`every change that a browser makes for an administrator is refused ${what} [P-171]`, async (f, device) => {
        for (const each of administering) {
          const signedIn = f.administrators.signedIn();
          const call = (extra: CallInput['headers']) =>
            f.call(each, { ...validInput(device)[each], headers: { ...signedIn, ...extra } });
          (await call(headers)).refusal('cross_site_request');
          expect((await call({})).text, each).not.toContain('cross_site_request');
        }
        return administering.length * 2;
      });
    }

    check('a form of another site changes nothing [P-171]', async (f, device) => {
      for (const each of administering) {
        const { cookie = '' } = f.administrators.signedIn();
        const type = 'application/x-www-form-urlencoded';
        const sent = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': type };
        const { params } = validInput(device)[each];
        const reply = await f.call(each, {
          ...(params && { params }),
          raw: 'name=x&scopes=tokens%3Awrite',
          headers: sent,
        });
        expect(reply.status, each).toBeGreaterThanOrEqual(400);
      }
      expect((await f.server.adminTokens.list({ after: null, limit: 10 })).tokens).toEqual([]);
      return administering.length;
    });

    check('no operation of a user takes an admin token [P-160]', async (f, device) => {
      const token = await createAdminToken(f, adminScopes);
      for (const each of withToken)
        (await f.call(each, { ...validInput(device)[each], token })).refusal('invalid_token');
      return withToken.length;
    });

    check('every operation looks at its token before its body [P-10]', async (f, device) => {
      const both = withBody.filter((each) => [...withToken, ...withAdminToken].includes(each));
      for (const each of both) {
        const input = { params: sampleParams(device), raw: '{' };
        (await f.call(each, { ...input, token: 'garbage' })).refusal('invalid_token');
      }
      return both.length;
    });

    check('every gated operation, and no other, is closed to a lapsed member [P-80]', async (f) => {
      const app = await f.app({ link: { kind: 'item', id: 'pro', paid: true } });
      const somebody = await f.device(await f.caller(app));
      for (const each of operationNames) {
        // One that the others did nothing to, where a token lets somebody in.
        const device = withToken.includes(each) ? await f.device(await f.caller(app)) : somebody;
        const reply = await f.call(each, { ...validInput(device)[each], token: device.token });
        const isRefused = reply.text.includes('membership_required');
        expect(isRefused, `${each} ${reply.text}`).toBe(row(each).gate !== null);
      }
      return operationNames.length;
    });

    check('every operation with a body refuses malformed JSON [P-5]', async (f, device) => {
      const tokenFor = await tokensFor(f, device);
      for (const each of withBody) {
        for (const raw of malformed) {
          const { body: _, ...rest } = validInput(device)[each];
          (await f.call(each, { ...rest, token: tokenFor(each), raw })).refusal('invalid_json');
        }
      }
      return withBody.length * malformed.length;
    });

    check('every operation with a body refuses another content type [P-5]', async (f, device) => {
      const tokenFor = await tokensFor(f, device);
      for (const each of withBody) {
        for (const type of wrongTypes) {
          const input = { ...validInput(device)[each], token: tokenFor(each), headers: { 'content-type': type } };
          (await f.call(each, input)).refusal('unsupported_media_type');
        }
      }
      return withBody.length * wrongTypes.length;
    });

    check('every operation with a body refuses one byte more than its limit [P-5]', async (f, device) => {
      const tokenFor = await tokensFor(f, device);
      for (const each of withBody) {
        const { body, ...rest } = validInput(device)[each];
        const raw = JSON.stringify(body).padEnd(row(each).bodyLimit + 1);
        (await f.call(each, { ...rest, token: tokenFor(each), raw })).refusal('body_too_large');
      }
      return withBody.length;
    });

    check(
      'every operation with a body refuses what is no object, and broken strings [P-3] [P-5]',
      async (f, device) => {
        const tokenFor = await tokensFor(f, device);
        const bodies = ['null', '[]', '"x"', '7', '[[[[]]]]'];
        for (const each of withBody) {
          const { body, ...rest } = validInput(device)[each];
          for (const raw of bodies)
            (await f.call(each, { ...rest, token: tokenFor(each), raw })).refusal('invalid_request');
          for (const text of ['"\\ud800"', '"\\u0000"', '["\\udfff"]']) {
            const raw = JSON.stringify({ ...(body as object), unknown: 0 }).replace('"unknown":0', `"unknown":${text}`);
            (await f.call(each, { ...rest, token: tokenFor(each), raw })).refusal('invalid_text');
          }
        }
        return withBody.length * (bodies.length + 3);
      },
    );

    check('every required field is required, and none takes a wrong type [P-5]', async (f, device) => {
      const tokenFor = await tokensFor(f, device);
      let checks = 0;
      for (const each of withBody.filter((one) => row(one).access !== 'signed')) {
        const { body, ...rest } = validInput(device)[each];
        const fields = body as Readonly<Record<string, unknown>>;
        for (const [field, value] of Object.entries(fields)) {
          const wrong = [{}, true, ...(typeof value === 'string' ? [7, [], ''] : ['text'])];
          for (const bad of wrong) {
            if (field === 'confirm' && bad === '') continue;
            const input = { ...rest, token: tokenFor(each), body: { ...fields, [field]: bad } };
            const details = (await f.call(each, input)).refusal('invalid_request');
            expect(details).toMatchObject({ in: 'body', pointer: `/${field}` });
            checks += 1;
          }
        }
      }
      return checks;
    });

    check('no operation reads a field that its branch of a union does not have [P-5]', async (f) => {
      let checks = 0;
      for (const each of withBody) {
        const { body } = requestSchemas(row(each));
        const merges = unionMerges(body, validInput(await f.device())[each].body);
        for (const merged of merges) {
          const device = await f.device();
          (await device.call('putKey', { body: { encrypted_key: 'k' } })).ok();
          await device.write('first');
          if (each.startsWith('rotation')) await device.call('beginRotation', { body: { new_encrypted_key: 'l' } });
          const before = (await device.pull({ include_own: true })).ok().changes;
          const reply = await device.call(each, { ...validInput(device)[each], body: merged });
          expect(reply.status, `${each} ${JSON.stringify(merged)} ${reply.text}`).toBe(200);
          expect((await device.pull({ include_own: true })).ok().changes).toEqual(before);
          checks += 1;
        }
      }
      expect(checks).toBeGreaterThan(0);
      return checks;
    });

    check('every path answers 405 with Allow to every method that it does not have [P-4]', async (f, device) => {
      const paths = new Set(operationNames.map((each) => row(each).path));
      let checks = 0;
      for (const path of paths) {
        const here = operationNames.filter((each) => row(each).path === path);
        const allowed = here.map((each) => row(each).method as string);
        const [first] = here;
        if (!first) continue;
        const { path: wirePath } = toWireRequest(first, { params: sampleParams(device) });
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !allowed.includes(each))) {
          const answer = await f.send({ method, path: wirePath, headers: { authorization: `Bearer ${device.token}` } });
          expect(checkError(answer), `${method} ${path}`).toBe('method_not_allowed');
          expect(answer.headers['allow']?.split(', ').sort()).toEqual([...allowed].sort());
          checks += 1;
        }
      }
      return checks;
    });

    check(
      'every operation answers the same under each prefix, those of administrators at /api/admin too [P-1] [P-170]',
      async (f, device) => {
        for (const each of operationNames) {
          const input = { token: 'garbage', params: sampleParams(device), body: {} };
          const isAdmin = row(each).path.startsWith('/admin/');
          const places = [...prefixes, ...(isAdmin ? [adminPrefix] : [])];
          const [first, ...others] = await Promise.all(places.map((prefix) => f.call(each, { ...input, prefix })));
          for (const other of others) expect([other.status, other.text]).toEqual([first?.status, first?.text]);
        }
        return operationNames.length;
      },
    );

    check('every id of another user or app answers exactly as one that does not exist [P-7]', async (f, device) => {
      const strangers = [
        await f.device(await f.caller(device.app)),
        await f.device(await f.logIn(await f.app(), device.user)),
      ];
      for (const stranger of strangers)
        (await stranger.call('uploadBlob', { body: { hash: sampleHash, size_bytes: 1 } })).ok();
      let checks = 0;
      for (const [each, make] of Object.entries(idInputs)) {
        const call = async (deviceId: string, blob: string) => {
          const { status, text } = await f.call(each as OperationName, {
            ...make({ deviceId, hash: blob }),
            token: device.token,
          });
          return { status, text };
        };
        const missing = await call(zeroId, 'cd'.repeat(32));
        expect(missing.status).toBeGreaterThanOrEqual(400);
        for (const stranger of strangers) {
          expect(await call(stranger.id, sampleHash), each).toEqual(missing);
          checks += 1;
        }
      }
      for (const stranger of strangers) expect((await stranger.call('listDevices')).ok()).toHaveLength(1);
      return checks;
    });

    check(
      'every operation that is safe to repeat answers alike and leaves the same state when sent twice',
      async (f) => {
        // What administers is told by tests of its own.
        const safe = names(({ repeat, access }) => repeat !== 'unsafe' && access !== 'admin' && access !== 'signed');
        for (const each of safe.filter((one) => one !== 'subscribe')) {
          const device = await f.device();
          (await device.call('putKey', { body: { encrypted_key: 'k' } })).ok();
          await device.write('first');
          if (each.startsWith('rotation')) await device.call('beginRotation', { body: { new_encrypted_key: 'l' } });
          const send = () => device.call(each, validInput(device)[each]);
          const stateOf = async () => [
            (await device.call('status')).ok(),
            (await device.call('getKey')).ok(),
            (await device.call('listDevices')).ok(),
          ];
          const first = await send();
          const state = await stateOf();
          const second = await send();
          expect(await stateOf(), each).toEqual(state);
          // A second DELETE finds nothing, and a new upload URL or a replay says that it is one.
          if (row(each).method !== 'DELETE') expect(second.status < 300, each).toBe(first.status < 300);
        }
        return safe.length;
      },
    );

    test('prints how many checks were derived', () => {
      console.info(`${count} checks derived from ${operationNames.length} operations over ${name}`);
      expect(count).toBeGreaterThan(operationNames.length * 20);
    });
  });
};
