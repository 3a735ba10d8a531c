import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ada, passphrase } from './stage.js';

/** Enough for a slow machine; what is waited for comes much sooner. */
const patience = { timeout: 30_000 };

// What a person does in the page.

export const logIn = async (page: Page): Promise<void> => {
  await page.getByLabel('E-mail address').fill(ada.email);
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
};

/** @returns the recovery code */
export const setUp = async (page: Page): Promise<string> => {
  await page.getByRole('heading', { name: 'Choose a passphrase' }).waitFor(patience);
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('Passphrase, again').fill(passphrase);
  const recoveryCode = (await page.locator('code').textContent()) ?? '';
  await page.getByLabel('I have kept the recovery code').check();
  await page.getByRole('button', { name: 'Encrypt my notes' }).click();
  await page.getByRole('button', { name: 'New note' }).waitFor(patience);
  return recoveryCode;
};

export const unlock = async (page: Page, text = passphrase): Promise<void> => {
  await page.getByLabel('Passphrase', { exact: true }).fill(text, patience);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Unlock' }).waitFor({ ...patience, state: 'detached' });
};

export const write = async (page: Page, title: string, text: string): Promise<void> => {
  await page.getByRole('button', { name: 'New note' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Text').fill(text);
};

export const openNote = (page: Page, title: string): Promise<void> =>
  page.getByRole('navigation').getByRole('button', { name: title }).click(patience);

export const textOf = (page: Page): Promise<string> => page.getByLabel('Text').inputValue();

export const expectText = (page: Page, text: string) => expect.poll(() => textOf(page), patience).toBe(text);

export const expectStatus = (page: Page, text: string | RegExp) =>
  expect.poll(() => page.locator('.status').textContent(), patience).toMatch(text);
