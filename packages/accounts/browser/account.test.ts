import { once } from 'node:events';
import { createServer } from 'node:http';
import { createAccounts } from '@synckeep/accounts';
import { createPages } from '@synckeep/accounts/pages';
import { createSelfService } from '@synckeep/accounts/self-service';
import { createAppAdministration, randomHex, silentLog, systemClock, systemRandom } from '@synckeep/core';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createNodeHandler } from '@synckeep/node-http';
import axe from 'axe-core';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openBrowser } from './chromium.js';
import { signIn } from './sign-in.js';
import { password, portOf } from './stage.js';

/** Where pictures of the pages are written, when somebody wants new ones: docs/screens. */
const screens = process.env['SYNCKEEP_SCREENS'];
const pictured = ['account', 'account-second-factor', 'account-recovery-codes', 'account-password'];

/** The pages of accounts behind a real socket: a user with two devices in one app, letters that are not sent. */
const openAccountStage = async () => {
  const storage = createMemoryStorage();
  const parts = {
    records: storage.records,
    notifier: createMemoryNotifier(),
    clock: systemClock,
    random: systemRandom,
  };
  const apps = createAppAdministration(parts);
  const secret = { id: 'first', bytes: systemRandom.bytes(32) };
  let url = '';
  const accounts = createAccounts({
    ...{ ...parts, apps, log: silentLog, rateLimiter: 'off' },
    secrets: { list: () => [secret] },
    publicUrl: () => url,
    mailer: { send: async () => {}, close: () => {} },
  });
  const blobStore = createMemoryBlobStore({ baseUrl: () => url });
  const section = createSelfService({ accounts, storage, blobStore, eraseUser: (id) => accounts.users.disable(id) });
  const pages = createPages({ publicUrl: () => url, sections: [section], random: systemRandom, log: silentLog });
  const http = createServer(createNodeHandler(pages)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `http://127.0.0.1:${portOf(http)}`;
  const { app, apiKey } = await apps.create({ name: 'Paper Trail' });
  await apps.update(app.id, { registration: 'open' });
  const user = await accounts.users.create('ada@example.org', password);
  const { token } = await accounts.login.login({
    ...{ email: user.email, password, apiKey, key: null, code: null, address: null },
  });
  const identity = await accounts.authenticator.authenticate(token);
  for (const [name, platform] of [
    ['Ada’s laptop in the study upstairs', 'linux'],
    ['Pixel', 'android'],
  ] as const) {
    await storage.deviceStore.register(
      { appId: app.id, userId: user.id },
      {
        ...{ id: crypto.randomUUID(), name, platform, installationId: null, session: identity?.session ?? null },
        ...{ now: Date.now(), freshEpoch: randomHex(systemRandom, 8), guards: [] },
      },
    );
  }
  const close = async () => {
    http.closeAllConnections();
    http.close();
    await accounts.close();
  };
  return { url, accounts, app, user, close };
};

describeInBrowser('the pages of an account', () => {
  let stage: Awaited<ReturnType<typeof openAccountStage>>;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let page: Page;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([openAccountStage(), openBrowser()]);
    page = await browser.newPage();
    await page.goto(`${stage.url}/account`);
    await signIn(page, stage.user.email, password);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const go = (path: string) => async (): Promise<void> => {
    await page.goto(`${stage.url}/account${path}`);
  };

  /** The second factor, turned on as a person does it; the codes that the last page shows. */
  const turnOn = async (): Promise<void> => {
    await go('/second-factor')();
    await page.getByLabel('Your present password').fill(password);
    await page.keyboard.press('Enter');
    const shown = await page.locator('code').textContent();
    const totp = new TOTP({ secret: Secret.fromBase32(shown?.replaceAll(' ', '') ?? '') });
    await page.getByLabel('Six digits').fill(totp.generate());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  };

  const ways: Readonly<Record<string, () => Promise<void>>> = {
    account: go(''),
    'account-password': go('/password'),
    'account-password-refused': async () => {
      await go('/password')();
      await page.getByLabel('Your present password').fill('wrong');
      await page.getByLabel('New password').fill('another good password');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
    'account-email': go('/email'),
    'account-export': go('/export'),
    'account-erase': go('/erase'),
    'account-forgot': go('/forgot'),
    'account-register': async () => go(`/register?app=${stage.app.id}`)(),
    'account-link-over': go('/reset?token=gone'),
    'account-reset': async () => {
      await page.goto(await stage.accounts.passwordReset.createLink(stage.user.id));
    },
    'account-verify': async () => {
      await page.goto(await stage.accounts.verification.createLink(stage.user.id));
    },
    'account-second-factor-begin': go('/second-factor'),
    'account-second-factor': async () => {
      await go('/second-factor')();
      await page.getByLabel('Your present password').fill(password);
      await page.keyboard.press('Enter');
      await page.getByRole('img', { name: 'QR code' }).waitFor();
    },
    'account-recovery-codes': turnOn,
    'account-second-factor-on': go('/second-factor'),
  };

  for (const [name, reach] of Object.entries(ways)) {
    it(`${name}: nothing for axe to find, no overflow, light and dark, from a phone to a desk`, async () => {
      await reach();
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const [width, height] of [
          [360, 740],
          [1280, 800],
        ] as const) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
          const { violations } = await page.evaluate<axe.AxeResults>(`${axe.source}; axe.run(document)`);
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow).toBe(0);
          if (screens && pictured.includes(name)) {
            const path = `${screens}/${name}-${width === 360 ? 'phone' : 'desk'}-${colorScheme}.png`;
            await page.screenshot({ path, fullPage: true });
          }
        }
      }
    });
  }

  it('ask for the second factor on the next sign-in, and take a recovery code', async () => {
    const codes = (await stage.accounts.secondFactor.renewRecoveryCodes(stage.user.id)) ?? [];
    await go('')();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await signIn(page, stage.user.email, password);
    await page.getByLabel('Code of your authenticator app').fill(codes[0] ?? '');
    await page.keyboard.press('Enter');
    await page.getByText('9 recovery codes left').waitFor();
  });

  it('remove a device, and give the browser nothing to complain of', async () => {
    await go('')();
    await page.getByRole('button', { name: 'Remove Pixel from Paper Trail' }).click();
    await page.getByRole('status').waitFor();
    expect(await page.getByText('Pixel').count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });
});
