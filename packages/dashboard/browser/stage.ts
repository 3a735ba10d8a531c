import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openBrowser } from '../../accounts/browser/chromium.js';
import { openProgram, type Serving } from '../../server/test/program.js';

export const administrator = { email: 'grace@example.org', password: 'seven quiet lighthouses hum' };

const build = fileURLToPath(new URL('../build.mjs', import.meta.url));

/** The program with an empty data folder, the page built from its sources as they are now, and a browser. */
export const openStage = async () => {
  const [program, browser] = await Promise.all([
    openProgram(),
    openBrowser({ locale: 'en-GB', timezoneId: 'UTC', permissions: ['clipboard-read', 'clipboard-write'] }),
    promisify(execFile)(process.execPath, [build]),
  ]);
  browser.context.setDefaultTimeout(10_000);
  const folder = program.makeFolder();
  const server = await program.serve(folder);
  return {
    ...{ program, folder, server, browser },
    async close() {
      await browser.close();
      program.close();
    },
  };
};

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** What `serve` prints while nobody is administrator. */
export const toSetUpLink = (server: Serving): Promise<string> =>
  expect
    .poll(() => /(http\S+\/admin\/setup#token=\S+)/.exec(server.output().stdout)?.[1], { timeout: 10_000 })
    .toBeTruthy()
    .then(() => /(http\S+\/admin\/setup#token=\S+)/.exec(server.output().stdout)?.[1] ?? '');

export const setUp = async (page: Page, server: Serving): Promise<void> => {
  await page.goto(await toSetUpLink(server));
  await page.getByRole('heading', { name: 'Welcome to Synckeep' }).waitFor();
  await page.getByLabel('E-mail address').fill(administrator.email);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.getByLabel('The password again').fill(administrator.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
};

export const goTo = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
};

/** Makes an app through the page. @returns the key, which is shown this once, and the curl beside it. */
export const createApp = async (page: Page, name: string) => {
  await goTo(page, 'Apps');
  await page.getByRole('button', { name: 'Create an app' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
  await dialog.getByText('shown this once').waitFor();
  const apiKey = await dialog.getByRole('group', { name: 'API key' }).innerText();
  const curl = await dialog.getByRole('group', { name: 'Try it' }).innerText();
  return { apiKey, curl, dialog };
};

export const createUser = async (page: Page, email: string, password: string): Promise<void> => {
  await goTo(page, 'Users');
  await page.getByRole('button', { name: 'Create a user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
};
