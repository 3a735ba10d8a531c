import { accountKinds, createArgon2Hasher } from '@synckeep/accounts';
import { systemRandom } from '@synckeep/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSecret } from '../accounts-fixture.js';
import { createStage, password, type Stage } from './oauth-stage.js';

afterEach(() => vi.useRealTimers());

/** Kinds of the records that mention an id. Rows of the audit log get a pseudonym from the core. */
const kinds = async ({ all }: Stage, id: string): Promise<string[]> =>
  (await all())
    .filter((record) => record.kind !== 'audit' && JSON.stringify(record).includes(id))
    .map(({ kind }) => kind);

describe('what OAuth2 stores', () => {
  it('holds no API key, password, code, refresh token or verifier in clear, and neither does the log', async () => {
    const stage = await createStage({ passwordHasher: createArgon2Hasher(systemRandom) });
    const begun = await stage.openBrowser().get(stage.toAuthorizeUrl('a verifier that is looked for'));
    expect(begun.response.status).toBe(200);
    const { code, verifier } = await stage.allow({ scope: 'offline_access', state: 'a state that is looked for' });
    const unused = await stage.allow();
    const { body } = await stage.exchange(code, verifier);
    const { body: next } = await stage.refresh(body.refresh_token);
    await stage.exchange(code, verifier);
    await stage.refresh('nothing');
    const stored = JSON.stringify(await stage.all()) + JSON.stringify(stage.logged);
    for (const secret of [
      stage.apiKey,
      password,
      code,
      unused.code,
      verifier,
      body.refresh_token,
      next.refresh_token,
      body.access_token,
      'a state that is looked for',
    ]) {
      expect(secret.length).toBeGreaterThan(8);
      expect(stored).not.toContain(secret);
    }
  });

  it('is worthless without the signing secret, and moves with the whole server only', async () => {
    const stage = await createStage();
    const { refresh_token: token } = await stage.obtain({ scope: 'offline_access' });
    stage.secrets.unshift(createSecret('second'));
    const { status, body } = await stage.refresh(token);
    expect(status).toBe(200);
    // Dropping a secret ends what began under it, as it ends the tokens that it signed.
    stage.secrets.pop();
    expect((await stage.refresh(body.refresh_token)).status).toBe(400);
    expect((await stage.refresh((await stage.obtain({ scope: 'offline_access' })).refresh_token)).status).toBe(200);
    expect(accountKinds.find(({ name }) => name === 'oauth')?.moves).toBe('server');
  });

  it('goes with the user, all of it, also what was under way', async () => {
    const stage = await createStage();
    await stage.obtain({ scope: 'offline_access' });
    await stage.allow();
    const browser = stage.openBrowser();
    const consent = await stage.logIn(browser, stage.toAuthorizeUrl(stage.createVerifier()), { remember: 'yes' });
    expect(await kinds(stage, stage.user.id)).toEqual(
      expect.arrayContaining(['user', 'session', 'oauth', 'browser-session']),
    );
    await stage.accounts.users.disable(stage.user.id);
    await stage.accounts.users.remove(stage.user.id);
    expect(await kinds(stage, stage.user.id)).toEqual([]);
    const late = await browser.post(consent.url, { action: 'allow' });
    expect(late.response.status).toBe(400);
    expect(await kinds(stage, stage.user.id)).toEqual([]);
  });

  it('goes with the app, all of it, also what was under way', async () => {
    const stage = await createStage();
    await stage.obtain({ scope: 'offline_access' });
    const browser = stage.openBrowser();
    const login = await browser.get(stage.toAuthorizeUrl(stage.createVerifier()));
    const { key } = { key: stage.app.id };
    await stage.records.transact([{ write: 'delete', kind: 'app', key, condition: 'any' }], Date.now());
    await stage.eraseApp();
    expect(await kinds(stage, stage.app.id)).toEqual([]);
    const late = await browser.post(login.url, { action: 'login', email: stage.user.email, password });
    expect(late.response.status).toBe(400);
    expect(await kinds(stage, stage.app.id)).toEqual([]);
  });

  it('is swept when it is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const stage = await createStage();
    await stage.obtain({ scope: 'offline_access' });
    await stage.openBrowser().get(stage.toAuthorizeUrl(stage.createVerifier()));
    vi.setSystemTime(Date.now() + 401 * 24 * 60 * 60 * 1000);
    while ((await stage.records.sweep(Date.now(), 100)) > 0);
    expect(
      (await stage.all())
        .filter(({ kind }) => kind !== 'audit')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['app', 'user']);
  });
});
