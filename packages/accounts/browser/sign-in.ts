import type { Page } from 'playwright-core';

/** What a person does on the login page. */
export const signIn = async (page: Page, email: string, password: string): Promise<void> => {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** The last click. The browser leaves for the app: whoever wants to know looks there. */
export const allow = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Allow' }).click({ noWaitAfter: true });
