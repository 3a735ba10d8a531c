import { once } from 'node:events';
import { createServer } from 'node:http';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openBrowser } from './chromium.js';
import { allow, signIn } from './sign-in.js';
import { openLoopback, openStage, password, portOf, type Stage } from './stage.js';

/** Where pictures of the pages are written, when somebody wants new ones: docs/screens. */
const screens = process.env['SYNCKEEP_SCREENS'];
const pictured = ['sign-in', 'allow', 'code'];

describeInBrowser('the pages of the sign-in', () => {
  let stage: Stage;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let loopback: Awaited<ReturnType<typeof openLoopback>>;
  beforeAll(async () => {
    [stage, browser, loopback] = await Promise.all([openStage(), openBrowser(), openLoopback()]);
  });
  afterAll(async () => {
    await browser?.close();
    loopback?.close();
    stage?.close();
  });

  const open = async (more: Readonly<Record<string, string>> = {}): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(stage.toAuthorizeUrl(loopback.redirect, { prompt: 'login', ...more }));
    return page;
  };

  const toPage: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    'sign-in': async () => {},
    'sign-in-refused': async (page) => {
      await signIn(page, 'ada@example.org', 'wrong');
      await page.getByRole('alert').waitFor();
    },
    allow: async (page) => {
      await signIn(page, 'ada@example.org', password);
      await page.getByRole('heading', { name: 'Allow Paper Trail' }).waitFor();
    },
    code: async (page) => {
      await signIn(page, 'grace@example.org', password);
      await page.getByLabel('Six digits').waitFor();
    },
    recovery: async (page) => {
      await signIn(page, 'grace@example.org', password);
      await page.getByRole('link', { name: 'recovery code' }).click();
      await page.getByLabel('Recovery code').waitFor();
    },
    over: async (page) => {
      await page.goto(`${stage.url}/oauth/interaction/gone`);
    },
    unsafe: async (page) => {
      await page.goto(stage.toAuthorizeUrl('https://elsewhere.example/'));
    },
  };

  for (const [name, reach] of Object.entries(toPage)) {
    it(`${name}: nothing for axe to find, no overflow, light and dark, from a phone to a desk`, async () => {
      const page = await open();
      await reach(page);
      await page.waitForLoadState();
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const [width, height] of [
          [360, 740],
          [1280, 800],
        ] as const) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
          const { violations, passes } = await page.evaluate<axe.AxeResults>(`${axe.source}; axe.run(document)`);
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
          expect(passes.length).toBeGreaterThan(10);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow).toBe(0);
          if (screens && pictured.includes(name)) {
            const path = `${screens}/${name}-${width === 360 ? 'phone' : 'desk'}-${colorScheme}.png`;
            await page.screenshot({ path });
          }
        }
      }
      await page.close();
    });
  }

  it('can be used with the keyboard alone', async () => {
    const page = await open();
    const focused = () => page.evaluate('document.activeElement.name || document.activeElement.textContent.trim()');
    await expect.poll(focused).toBe('email');
    await page.keyboard.type('ada@example.org');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('password');
    await page.keyboard.type(password);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('remember');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Sign in');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow Paper Trail' }).waitFor();
    for (const name of ['Change', 'Allow', 'Cancel']) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe(name);
    }
    await page.keyboard.press('Enter');
    expect((await loopback.answer()).searchParams.get('error')).toBe('access_denied');
    await page.close();
  });

  it('tells what was wrong aloud, and lets somebody go on from there', async () => {
    const page = await open();
    await signIn(page, 'ada@example.org', 'wrong');
    expect(await page.getByRole('alert').textContent()).toContain('wrong');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada@example.org');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await allow(page);
    expect((await loopback.answer()).searchParams.get('code')).toMatch(/^.{43}$/);
    await page.close();
  });

  it('asks for a code of the authenticator app, once each', async () => {
    const page = await open();
    await signIn(page, 'grace@example.org', password);
    await page.getByLabel('Six digits').fill(stage.nextCode());
    await page.keyboard.press('Enter');
    await allow(page);
    expect((await loopback.answer()).searchParams.get('code')).toMatch(/^.{43}$/);
    await page.close();
  });

  it('takes a recovery code', async () => {
    const page = await open();
    await signIn(page, 'grace@example.org', password);
    await page.getByRole('link', { name: 'recovery code' }).click();
    await page.getByLabel('Recovery code').fill(stage.recovery[0] ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow Paper Trail' }).waitFor();
    await page.close();
  });

  it.each(['127.0.0.1', '::1'])('reach an app that listens on %s, past their own policy', async (host) => {
    const own = await openLoopback(host);
    const page = await browser.newPage();
    await page.goto(stage.toAuthorizeUrl(own.redirect, { prompt: 'login' }));
    await signIn(page, 'ada@example.org', password);
    await allow(page);
    expect((await own.answer()).searchParams.get('code')).toMatch(/^.{43}$/);
    await page.getByText('You can close this window.').waitFor();
    own.close();
    await page.close();
  });

  it('remember a browser only when told, and let somebody else in', async () => {
    const page = await open({ prompt: 'consent' });
    await page.getByLabel('Stay signed in').check();
    await signIn(page, 'ada@example.org', password);
    await allow(page);
    await loopback.answer();
    await page.getByText('You can close this window.').waitFor();
    await page.goto(stage.toAuthorizeUrl(loopback.redirect));
    await page.getByText('Signed in as').waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await signIn(page, 'grace@example.org', password);
    await page.getByLabel('Six digits').waitFor();
    await page.close();
  });

  it('are shown in no frame of another site, and take no form of one', async () => {
    const page = await open();
    const target = page.url();
    const evil = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        request.url === '/frame'
          ? `<iframe src="${target}"></iframe>`
          : `<form method="post" action="${target}"><input name="action" value="login">
             <input name="email" value="ada@example.org"><input name="password" value="${password}"><button>Win</button></form>`,
      );
    }).listen(0, 'localhost');
    await once(evil, 'listening');
    const site = `http://localhost:${portOf(evil)}`;
    await page.goto(`${site}/frame`);
    const frame = page.frames()[1];
    expect(frame?.url()).not.toBe(target);
    expect(await frame?.locator('input').count()).toBe(0);
    await page.goto(site);
    const [response] = await Promise.all([page.waitForResponse(target), page.getByRole('button').click()]);
    expect(response.status()).toBe(403);
    await page.getByRole('heading', { name: 'This form came from elsewhere' }).waitFor();
    evil.closeAllConnections();
    evil.close();
    await page.close();
    // The browser says why it showed nothing.
    browser.complaints.splice(0);
  });

  it('give the browser nothing to complain of', async () => {
    const page = await open();
    await signIn(page, 'ada@example.org', password);
    await allow(page);
    await loopback.answer();
    await page.close();
    expect(browser.complaints).toEqual([]);
  });
});
