import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../../accounts/browser/chromium.js';
import { call } from '../../server/test/api.js';
import { tellOfAWeek } from './made-up-week.js';
import { administrator, createApp, createUser, goTo, openStage, type Stage, setUp } from './stage.js';

/** Where pictures of the pages are written, when somebody wants new ones: docs/screens. */
const screens = process.env['SYNCKEEP_SCREENS'];
const pictured = ['sign-in', 'overview', 'app', 'key', 'user', 'users', 'audit', 'health', 'settings'];

const sizes = [
  ['phone', { width: 360, height: 740 }],
  ['desk', { width: 1280, height: 800 }],
] as const;

const ada = { email: 'ada@example.org', password: 'eleven purple tractors sing' };
const evil = `<img src=x onerror="document.title='pwned'">`;
const long = `An app whose name goes on and on ${'and on '.repeat(10)}${'W'.repeat(60)}`;

describeInBrowser('each page of the dashboard', () => {
  let stage: Stage;
  let page: Page;
  const paths: Record<string, string> = {};
  beforeAll(async () => {
    stage = await openStage();
    page = await stage.browser.newPage();
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await stage?.close();
  });

  const findNothing = async (name: string): Promise<void> => {
    const { violations, passes } = await page.evaluate<axe.AxeResults>(`${axe.source}; axe.run(document)`);
    expect(violations.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  };

  /** Nothing for axe to find and no overflow, light and dark, from a phone to a desk. */
  const look = async (name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [size, viewport] of sizes) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        // What follows its place is drawn anew.
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
        // Each size once and each scheme once: what a size and a scheme have to do with each other is only where a colour is.
        if ((size === 'phone') === (colorScheme === 'light')) await findNothing(name);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(overflow), `${name} ${size}`).toBe(0);
        if (screens && pictured.includes(name)) {
          const isOver = (await page.getByRole('dialog').count()) > 0;
          await page.screenshot({ path: `${screens}/dashboard-${name}-${size}-${colorScheme}.png`, fullPage: !isOver });
        }
      }
    }
    await page.setViewportSize(sizes[1][1]);
  };

  const open = async (path: string, heading: string): Promise<void> => {
    await page.goto(`${stage.server.url}/admin${path}`);
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await expect.poll(() => page.getByText('Loading…').count(), { timeout: 10_000 }).toBe(0);
  };

  it('has nothing for axe to find and fits a phone and a desk before anybody did anything', async () => {
    await page.goto(`${stage.server.url}/admin`);
    await page.getByRole('heading', { name: 'no administrator yet' }).waitFor();
    await look('no-administrator');
    await setUp(page, stage.server);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await look('sign-in');
    await page.getByLabel('E-mail address').fill(administrator.email);
    await page.getByLabel('Password').fill(administrator.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Begin with an app' }).waitFor();
    await look('first');
    for (const name of ['Apps', 'Users', 'Memberships', 'Audit log', 'Settings']) {
      await goTo(page, name);
      await look(`empty ${name}`);
    }
  }, 240_000);

  it('keeps to that with apps, users, devices and names that mean harm', { timeout: 300_000 }, async () => {
    await tellOfAWeek(stage.browser.context);
    const close = async ({ dialog }: Awaited<ReturnType<typeof createApp>>) => {
      await dialog.getByRole('button', { name: 'I have stored the key' }).click();
      await dialog.waitFor({ state: 'detached' });
      return new URL(page.url()).pathname.replace('/admin', '');
    };
    const made = await createApp(page, 'Paper Trail');
    await look('key');
    paths['app'] = await close(made);
    paths['evil'] = await close(await createApp(page, evil));
    paths['long'] = await close(await createApp(page, long));
    await createUser(page, ada.email, ada.password);
    for (const name of ['alan', 'barbara', 'edsger']) await createUser(page, `${name}@example.org`, ada.password);

    const { body } = await call(stage.server, 'POST', '/auth', { body: { ...ada, api_key: made.apiKey } });
    for (const [device_name, platform] of [
      ['Ada’s laptop in the study upstairs', 'linux'],
      [evil, 'android'],
    ] as const) {
      const device = await call(stage.server, 'POST', '/devices', {
        token: body.token,
        body: { device_name, platform },
      });
      const row = { table: 'notes', op: 'insert', row_id: crypto.randomUUID(), timestamp: '2030-01-01T00:00:00Z' };
      await call(stage.server, 'POST', '/push', {
        token: body.token,
        body: {
          device_id: device.body.id,
          batch_id: crypto.randomUUID(),
          changes: [{ ...row, data: 'A'.repeat(4_000) }],
        },
      });
    }
    paths['user'] = `/users/${body.user_id}`;

    await open('', 'Overview');
    await page.getByRole('img', { name: /^Pushes/ }).waitFor();
    await look('overview');
    await page.getByText('Show as a table').first().click();
    await look('table');
    await open('/apps', 'Apps');
    await look('apps');
    await open(paths['app'], 'Paper Trail');
    await page.getByRole('link', { name: ada.email }).waitFor();
    await look('app');
    await open(paths['evil'], evil);
    expect(await page.locator('img').count()).toBe(0);
    await look('evil');
    await open(paths['long'], long.trim());
    await look('long');
    await open('/users', 'Users');
    await look('users');
    await open(paths['user'], ada.email);
    await page.getByText('Devices', { exact: true }).last().click();
    await page.getByText(evil).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await look('user');
    for (const [path, heading, name] of [
      ['/memberships/tiers', 'Tiers', 'tiers'],
      ['/audit', 'Audit log', 'audit'],
      ['/health', 'Health', 'health'],
      ['/settings', 'Settings', 'settings'],
      ['/nowhere', 'There is no such page', 'nowhere'],
      ['/apps/550e8400-e29b-41d4-a716-446655440000', 'App', 'no app'],
    ] as const) {
      await open(path, heading);
      await look(name);
    }
    expect(stage.browser.complaints).toEqual([]);
  });

  it('keeps to that in dialogs, errors and the menu of a phone', { timeout: 240_000 }, async () => {
    const dialog = page.getByRole('dialog');
    await open(paths['app'] ?? '', 'Paper Trail');
    for (const name of ['Rename', 'Pause', 'Rotate the key', 'Link to an item or tier', 'Delete this app']) {
      await page.getByRole('button', { name, exact: true }).click();
      await dialog.waitFor();
      await look(name);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    await open('/settings', 'Settings');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await dialog.getByLabel('Name').fill('Billing');
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    await dialog.getByText('Choose at least one.').waitFor();
    await look('make-token');
    await dialog.getByLabel('memberships:write').check();
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    await dialog.getByRole('group', { name: 'Admin token' }).waitFor();
    await look('token');

    await open('/users', 'Users');
    await page.getByRole('button', { name: 'Create a user' }).click();
    await dialog.getByLabel('E-mail address').fill(ada.email);
    await dialog.getByLabel('Password').fill(ada.password);
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await look('refused');

    await open('', 'Overview');
    await page.setViewportSize(sizes[0][1]);
    await page.getByRole('button', { name: 'Menu' }).click();
    await look('menu');
  });

  it('can be used with the keyboard alone, and says where somebody is', async () => {
    await open('/apps', 'Apps');
    const focused = () => page.evaluate<string>('document.activeElement.ariaLabel || document.activeElement.innerText');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Create an app');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.closest("[role=dialog]") !== null')).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('Create an app');

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Health');
    await expect.poll(() => page.title()).toBe('Health · Synckeep');
    const current = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current=page]');
    expect(await current.innerText()).toBe('Health');
  });
});
