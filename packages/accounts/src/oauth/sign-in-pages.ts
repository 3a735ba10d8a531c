import type { App } from '@synckeep/core';
import { isLoopback } from '@synckeep/core';
import { toAlert, toField } from '../pages/forms.js';
import type { Html, HtmlValue } from '../pages/html.js';
import { html } from '../pages/html.js';
import type { PageContent } from '../pages/layout.js';
import type { Place } from '../pages/place.js';
import { icons, toAppMark } from './app-mark.js';

/** What stands below the login form of an app. */
export type SignInLinks = (app: App, place: Place) => readonly SignInLink[];

/** What every page of a sign-in says. */
export interface SignInView {
  readonly appName: string;
  /** What this server is called, and the host that the address bar shows. */
  readonly serviceName: string;
  readonly host: string;
  /** Where the app is answered. */
  readonly redirect: string;
  /** What went wrong with what was just sent. */
  readonly error: string | null;
}

export interface SignInLink {
  /** A path of this server, base included. */
  readonly href: string;
  readonly label: string;
}

const hidden = (action: string): Html => html`<input type="hidden" name="action" value="${action}">`;

const button = (label: string, className = ''): Html =>
  html`<button type="submit" class="${className}">${label}</button>`;

const cancel = html`<form method="post">${hidden('cancel')}<div class="actions">${button('Cancel', 'quiet')}</div></form>`;

const footer = ({ serviceName, host }: SignInView): HtmlValue => html`${serviceName} · ${host}`;

export const toLoginPage = (
  view: SignInView,
  options: { readonly email: string; readonly links: readonly SignInLink[] },
): PageContent => ({
  title: `Sign in to continue to ${view.appName}`,
  footer: footer(view),
  body: html`${toAppMark(view.appName)}
<h1>Sign in to continue to ${view.appName}</h1>
<p class="soft">Use your account at ${view.host}. ${view.appName} does not see your password.</p>
${toAlert(view.error)}
<form method="post">${hidden('login')}
${toField({
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
  value: options.email,
  isFocused: options.email === '',
})}
${toField({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
  isFocused: options.email !== '',
})}
<div class="check"><input type="checkbox" id="remember" name="remember" value="yes">
<label for="remember">Stay signed in on this browser</label></div>
<div class="actions">${button('Sign in')}</div>
</form>
${cancel}
${
  options.links.length > 0 &&
  html`<p class="small aside">${options.links.map(({ href, label }, index) => html`${index > 0 && ' · '}<a href="${href}">${label}</a>`)}</p>`
}`,
});

export const toCodePage = (
  view: SignInView,
  options: { readonly email: string; readonly isRecovery: boolean },
): PageContent => ({
  title: `Confirm that it is you`,
  footer: footer(view),
  body: html`${toAppMark(view.appName)}
<h1>Confirm that it is you</h1>
<p class="soft">${options.isRecovery ? 'Enter one of the recovery codes that you wrote down.' : 'Enter the code that your authenticator app shows.'} You are signing in as <strong>${options.email}</strong>.</p>
${toAlert(view.error)}
<form method="post">${hidden('code')}
${
  options.isRecovery
    ? toField({
        name: 'code',
        label: 'Recovery code',
        autocomplete: 'off',
        isFocused: true,
        hint: 'Each one works once.',
      })
    : toField({
        name: 'code',
        label: 'Six digits',
        autocomplete: 'one-time-code',
        inputMode: 'numeric',
        isCode: true,
        isFocused: true,
      })
}
<div class="actions">${button('Continue')}</div>
</form>
${cancel}
<p class="small aside">${
    options.isRecovery
      ? html`<a href="?">Use the authenticator app</a>`
      : html`<a href="?with=recovery">Use a recovery code instead</a>`
  }</p>`,
});

/** Where the browser goes when this is done, as a person would say it. */
const toDestination = (redirect: string): HtmlValue => {
  if (isLoopback(redirect)) return 'You go back to the app on this device.';
  const { protocol, host } = new URL(redirect);
  if (protocol === 'https:') return html`You go back to <strong>${host}</strong>.`;
  return html`You go back to the app that opens <strong>${protocol}</strong> links on this device.`;
};

const fact = (icon: Html, text: HtmlValue, hint: HtmlValue): Html =>
  html`<li>${icon}<span><strong>${text}</strong><span class="hint">${hint}</span></span></li>`;

export const toConsentPage = (
  view: SignInView,
  options: { readonly email: string; readonly isRefreshable: boolean },
): PageContent => ({
  title: `Allow ${view.appName} to use your account?`,
  footer: footer(view),
  body: html`${toAppMark(view.appName)}
<h1>Allow ${view.appName} to use your account?</h1>
${toAlert(view.error)}
<div class="account"><span>Signed in as <strong>${options.email}</strong></span>
<form method="post">${hidden('switch')}${button('Change', 'link')}</form></div>
<ul class="facts">
${fact(icons.sync, 'Sync its own data', `Store and read what ${view.appName} keeps for you here, and nothing of other apps.`)}
${fact(icons.person, 'Know who you are', 'Your e-mail address.')}
${fact(
  icons.clock,
  'Stay connected',
  options.isRefreshable
    ? 'Until you sign it out, or do not use it for 90 days.'
    : 'For a week; while it is in use for up to 90 days.',
)}
</ul>
<p class="small soft">${toDestination(view.redirect)} Allow this only if you have just started to sign in from ${view.appName}.</p>
<form method="post">${hidden('allow')}<div class="actions">${button('Allow')}</div></form>
${cancel}`,
});
