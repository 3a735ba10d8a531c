import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../../../packages/accounts/browser/chromium.js';
import { expectStatus, logIn, openNote, setUp, unlock, write } from './deeds.js';
import { type Device, openStage, type Stage } from './stage.js';

/** Where pictures of the page are written, when somebody wants new ones: docs/screens. */
const screens = process.env['SYNCKEEP_SCREENS'];

const pictured = ['log-in', 'note', 'settings'];

const sizes = [
  ['phone', { width: 360, height: 740 }],
  ['desk', { width: 1280, height: 800 }],
] as const;

/** A picture of 64 by 64 points, made in the page. */
const drawPicture = `(async () => {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext('2d');
  const shade = context.createLinearGradient(0, 0, 64, 64);
  shade.addColorStop(0, '#f6c667');
  shade.addColorStop(1, '#b4531a');
  context.fillStyle = shade;
  context.fillRect(0, 0, 64, 64);
  return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
})()`;

describeInBrowser('each view of the notes', () => {
  let stage: Stage;
  let first: Device;
  let second: Device;
  beforeAll(async () => {
    stage = await openStage();
    const { url } = await stage.serve();
    first = await stage.openDevice(url);
    second = await stage.openDevice(url);
  });
  afterAll(async () => {
    await first?.close();
    await second?.close();
    stage?.close();
  });

  /** Nothing for axe to find and no overflow, light and dark, from a phone to a desk. */
  const look = async (page: Page, name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [size, viewport] of sizes) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations, passes } = await page.evaluate<axe.AxeResults>(`${axe.source}; axe.run(document)`);
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        expect(passes.length).toBeGreaterThan(10);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(overflow)).toBe(0);
        if (screens && pictured.includes(name)) {
          await page.screenshot({ path: `${screens}/notes-${name}-${size}-${colorScheme}.png` });
        }
      }
    }
  };

  it('has nothing for axe to find and fits a phone and a desk, light and dark', { timeout: 240_000 }, async () => {
    const page = first.window;
    await look(page, 'log-in');
    await logIn(page);
    await page.getByRole('heading', { name: 'Choose a passphrase' }).waitFor();
    await look(page, 'set-up');
    await setUp(page);
    await look(page, 'empty');

    await write(page, 'Reading list', 'The Left Hand of Darkness\nA Pattern Language');
    await write(page, 'Bread', '500 g flour, 350 g water, 10 g salt.\n\nFold four times in two hours.');
    await write(
      page,
      'A weekend in the hills',
      'Take the early train on Saturday, before the heat.\n\n' +
        '– two litres of water each\n– the good map, not the one with the coffee on it\n– a hat\n\n' +
        'Back by nine on Sunday if the last bus runs; ask at the station.',
    );
    const buffer = Buffer.from(await page.evaluate<number[]>(drawPicture));
    for (const file of [
      { name: 'ridge.png', mimeType: 'image/png', buffer },
      { name: 'tickets.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(48_000, 'a') },
    ]) {
      await page.getByLabel('Attach a file').setInputFiles(file);
      await page.getByRole('button', { name: new RegExp(`^${file.name}`) }).waitFor();
    }
    await page.locator('.attachments img').waitFor();
    await expectStatus(page, 'Synced');
    await look(page, 'note');
    await page.setViewportSize(sizes[0][1]);
    await page.getByRole('button', { name: 'All notes' }).click();
    await look(page, 'list');

    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByText('Change the key', { exact: true }).first().click();
    await look(page, 'settings');
    await page.getByRole('button', { name: 'Close' }).click();

    await logIn(second.window);
    await second.window.getByRole('heading', { name: 'Unlock your notes' }).waitFor();
    await look(second.window, 'unlock');
    await unlock(second.window);
    await openNote(second.window, 'Bread');
    await second.context.setOffline(true);
    await expectStatus(second.window, 'Offline');
    await look(second.window, 'offline');
    expect(first.complaints).toEqual([]);
  });

  it('can be used with the keyboard alone', { timeout: 120_000 }, async () => {
    const page = first.window;
    await page.setViewportSize(sizes[1][1]);
    const focused = () => page.evaluate<string>('document.activeElement.ariaLabel || document.activeElement.innerText');
    await page.getByRole('button', { name: 'Settings' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Settings');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('New note');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Title');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.type('no mouse');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.type')).toBe('file');
    await page.getByRole('navigation').getByRole('button', { name: 'By keyboard' }).focus();
    // What was typed last is stored after a pause.
    await expect.poll(focused).toContain('no mouse');
  });
});
