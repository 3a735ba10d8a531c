import { toField } from '../pages/forms.js';
import { type Html, type HtmlValue, html } from '../pages/html.js';

/** Elements that several pages have. */
export const button = (label: string, className = ''): Html =>
  html`<button type="submit" class="${className}">${label}</button>`;

/** A form that posts `action` and nothing else that anybody fills in. */
export const actionForm = (
  path: string,
  fields: Readonly<Record<string, string>>,
  label: string,
  className = 'link',
): Html =>
  html`<form method="post" action="${path}">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${button(label, className)}</form>`;

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;

export const presentPassword = (options: { readonly isFocused?: boolean } = {}): Html =>
  toField({
    name: 'password',
    label: 'Your present password',
    type: 'password',
    autocomplete: 'current-password',
    ...options,
  });

export const newPassword = (options: { readonly isFocused?: boolean } = {}): Html =>
  toField({
    name: 'new-password',
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    hint: 'At least 8 characters, and not one that everybody tries first. A few words that do not belong together are good.',
    ...options,
  });

export const codeField = (label = 'Code of your authenticator app, or a recovery code'): Html =>
  toField({ name: 'code', label, autocomplete: 'one-time-code' });

export const checkbox = (name: string, label: HtmlValue, isChecked: boolean): Html =>
  html`<div class="check"><input type="checkbox" id="${name}" name="${name}" value="yes"${isChecked && html` checked`}>
<label for="${name}">${label}</label></div>`;

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1.5 MiB` */
export const toSize = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 1024 ** power;
  return `${power === 0 ? number : number.toFixed(number < 10 ? 1 : 0)} ${units[power]}`;
};

/** `13 March 2026`, of UTC */
export const toDay = (milliseconds: number): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(milliseconds);

/** What a password is, where somebody gets a new one. */
export const aboutSyncKey = html`<p class="small soft">Your password opens this account. It does not open what your apps store here: that is encrypted with a key that only your apps have, and stays as it is. If an app asked you for a passphrase of its own, that one does not change.</p>`;
