import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../../../packages/accounts/browser/chromium.js';
import { allow, signIn } from '../../../packages/accounts/browser/sign-in.js';
import { expectStatus, expectText, logIn, openNote, setUp, unlock, write } from './deeds.js';
import { ada, type Device, openStage, passphrase, type Stage } from './stage.js';

describeInBrowser('the notes in two browsers', () => {
  let stage: Stage;
  const devices: Device[] = [];
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(async () => {
    for (const device of devices.splice(0)) await device.close();
  });
  afterAll(() => stage?.close());

  const openDevice = async (url: string): Promise<Device> => {
    const device = await stage.openDevice(url);
    devices.push(device);
    return device;
  };

  /** A first device with a key, and a second that joined with the passphrase. */
  const openTwo = async () => {
    const server = await stage.serve();
    const a = await openDevice(server.url);
    await logIn(a.window);
    const recoveryCode = await setUp(a.window);
    const b = await openDevice(server.url);
    await logIn(b.window);
    await unlock(b.window);
    return { server, a, b, recoveryCode };
  };

  it('show the same after one was offline and both edited; the server has no byte of it', {
    timeout: 240_000,
  }, async () => {
    const { server, a, b } = await openTwo();
    await write(a.window, 'Groceries', 'milk');
    await openNote(b.window, 'Groceries');
    await expectText(b.window, 'milk');

    await b.context.setOffline(true);
    await expectStatus(b.window, 'Offline');
    await b.window.getByLabel('Text').fill('milk\nzucchini from the garden');
    await expectStatus(b.window, '1 change waits');
    await a.window.getByLabel('Text').fill('apricots\nmilk');
    await expectStatus(a.window, 'Synced');

    // The page itself opens without a network, and has what was written.
    await b.window.reload();
    await openNote(b.window, 'Groceries');
    await expectText(b.window, 'milk\nzucchini from the garden');
    await b.context.setOffline(false);

    for (const { window } of [a, b]) {
      await expectText(window, 'apricots\nmilk\nzucchini from the garden');
      await expectStatus(window, 'Synced');
    }
    for (const secret of ['Groceries', 'apricots', 'zucchini', passphrase]) {
      expect(server.filesWith(secret)).toEqual([]);
    }
    expect(server.filesWith(ada.email)).not.toEqual([]);
  });

  it('loses nothing when the page is reloaded while it pushes', { timeout: 240_000 }, async () => {
    const { a, b } = await openTwo();
    for (const arrives of [true, false]) {
      const title = arrives ? 'Answer lost' : 'Request lost';
      let begun = (): void => {};
      const pushing = new Promise<void>((resolve) => {
        begun = resolve;
      });
      await a.context.route('**/api/sync/push', async (route) => {
        if (arrives) await route.fetch();
        // No answer: the page goes away first.
        begun();
      });
      await write(a.window, title, 'written just before');
      await pushing;
      await a.context.unroute('**/api/sync/push');
      await a.window.reload();
      for (const { window } of [a, b]) {
        await openNote(window, title);
        await expectText(window, 'written just before');
      }
      await expectStatus(a.window, 'Synced');
      await expect.poll(() => b.window.getByRole('navigation').getByRole('button', { name: title }).count()).toBe(1);
    }
    // Typed and left at once, before the pause after which it is stored.
    await a.window.getByLabel('Text').fill('typed and gone');
    await a.window.reload();
    await openNote(a.window, 'Request lost');
    await expectText(a.window, 'typed and gone');
  });

  it('read everything after the key was changed, and a third joins with the new recovery code', {
    timeout: 240_000,
  }, async () => {
    const { server, a, b } = await openTwo();
    await write(a.window, 'Before', 'under the first key');
    await openNote(b.window, 'Before');
    await expectStatus(a.window, 'Synced');

    await a.window.getByRole('button', { name: 'Settings' }).click();
    await a.window.getByText('Change the key', { exact: true }).first().click();
    await a.window.getByLabel('Present passphrase').fill(passphrase);
    await a.window.getByRole('textbox', { name: 'New passphrase' }).last().fill('a new one for everybody');
    const recoveryCode = (await a.window.locator('dialog code').textContent()) ?? '';
    await a.window.getByLabel('I have kept the recovery code').check();
    await a.window.getByRole('button', { name: 'Change the key' }).click();
    await a.window.getByText('Changing the key: ').first().waitFor();
    await a.window.getByText('The key was changed.').waitFor({ timeout: 60_000 });
    await a.window.getByRole('button', { name: 'Close' }).click();

    await b.window.getByText('The key was changed on another device.').waitFor({ timeout: 60_000 });
    await b.window.getByLabel('Text').fill('under the first key\nand the second');
    await unlock(b.window, 'a new one for everybody');
    await expectStatus(b.window, 'Synced');
    await expectText(a.window, 'under the first key\nand the second');

    const c = await openDevice(server.url);
    await logIn(c.window);
    await c.window.getByRole('button', { name: 'Use the recovery code' }).click({ timeout: 30_000 });
    await c.window.getByLabel('Recovery code').fill(recoveryCode);
    await c.window.getByRole('button', { name: 'Unlock' }).click();
    await openNote(c.window, 'Before');
    await expectText(c.window, 'under the first key\nand the second');
    expect([...a.complaints, ...b.complaints, ...c.complaints]).toEqual([]);
  });

  it('share files, which the server cannot read and which open offline', { timeout: 240_000 }, async () => {
    const { server, a, b } = await openTwo();
    await write(a.window, 'Recipe', 'see below');
    const buffer = Buffer.from('two cups of flour '.repeat(20_000));
    await a.window.getByLabel('Attach a file').setInputFiles({ name: 'recipe.txt', mimeType: 'text/plain', buffer });
    await openNote(b.window, 'Recipe');
    const file = b.window.getByRole('button', { name: /^recipe\.txt/ });
    for (const isOffline of [false, true]) {
      await b.context.setOffline(isOffline);
      const [download] = await Promise.all([b.window.waitForEvent('download'), file.click({ timeout: 30_000 })]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk);
      expect(Buffer.concat(chunks).equals(buffer)).toBe(true);
    }
    expect(server.filesWith('cups of flour')).toEqual([]);
    expect(server.filesWith('recipe.txt')).toEqual([]);
    await a.window.getByRole('button', { name: 'Remove recipe.txt' }).click();
    await b.context.setOffline(false);
    await file.waitFor({ state: 'detached', timeout: 30_000 });
  });

  it('logs in on the page of the server, and shows two tabs of one browser the same', {
    timeout: 240_000,
  }, async () => {
    const { url } = await stage.serve();
    const a = await openDevice(url);
    await a.window.getByRole('button', { name: 'Log in on the server' }).click();
    await signIn(a.window, ada.email, ada.password);
    await allow(a.window);
    await a.window.getByRole('heading', { name: 'Choose a passphrase' }).waitFor({ timeout: 30_000 });
    expect(a.window.url()).toBe(`${url}/`);
    const tab = await a.newPage();
    await tab.goto(url);
    await tab.getByRole('heading', { name: 'Choose a passphrase' }).waitFor({ timeout: 30_000 });

    await setUp(a.window);
    await write(a.window, 'Tabs', 'one');
    await openNote(tab, 'Tabs');
    await expectText(tab, 'one');
    await tab.getByLabel('Text').fill('one\ntwo');
    await expectText(a.window, 'one\ntwo');
    for (const page of [tab, a.window]) await expectStatus(page, 'Synced');

    await tab.getByRole('button', { name: 'Settings' }).click();
    await tab.getByLabel('Remove the notes from this device').check();
    await tab.getByRole('button', { name: 'Log out' }).click();
    for (const page of [tab, a.window]) await page.getByLabel('E-mail address').waitFor({ timeout: 30_000 });
    expect(a.complaints).toEqual([]);
  });
});
