import { toAppMark } from '../oauth/app-mark.js';
import { createGrants } from '../oauth/grants.js';
import { toStatus } from '../pages/forms.js';
import { type Html, type HtmlValue, html } from '../pages/html.js';
import { toRedirect } from '../pages/page-answer.js';
import type { PageRoute } from '../pages/page-request.js';
import { type AppFacts, readAccountFacts } from './account-facts.js';
import type { Context } from './context.js';
import { actionForm, toDay, toSize } from './parts.js';

/** What may be said above the overview, by the name that a redirect gives it. */
const notices: Readonly<Record<string, string>> = {
  password: 'Your password is changed.',
  'password-revoked': 'Your password is changed. Every app has to sign in again.',
  email: 'Look into both mailboxes: each address has a link to agree with.',
  verify: 'Look into your mailbox: there is a link to confirm the address.',
  cancelled: 'Your address stays as it is.',
  'second-factor-off': 'Your second factor is off.',
  device: 'The device is removed, and its app has to sign in again.',
  app: 'The app has to sign in again.',
};

const platformNames: Readonly<Record<string, string>> = {
  macos: 'macOS',
  windows: 'Windows',
  linux: 'Linux',
  ios: 'iOS',
  android: 'Android',
  web: 'Web',
};

const item = (text: HtmlValue, hint: HtmlValue, action: HtmlValue): Html =>
  html`<li class="row"><span class="grow">${text}${hint && html`<span class="hint">${hint}</span>`}</span>${action}</li>`;

/** The page of an account: what there is, and where it is changed. */
export const createOverviewRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, storage, to, show, signedIn } = context;
  const { secondFactor, emailChange, verification, parts } = accounts;
  const grants = createGrants(parts);

  const toDevices = ({ appId, appName, devices }: AppFacts): HtmlValue =>
    devices.length > 0 &&
    html`<ul class="facts">${devices.map(({ id, name, platform, lastSeenAt }) =>
      item(
        name,
        `${platformNames[platform] ?? platform}, last seen ${toDay(lastSeenAt)}`,
        html`<form method="post" action="${to('/devices')}"><input type="hidden" name="app" value="${appId}"><input type="hidden" name="device" value="${id}"><button type="submit" class="link" aria-label="Remove ${name} from ${appName}">Remove</button></form>`,
      ),
    )}</ul>`;

  const toApp = (facts: AppFacts): Html => {
    const { appId, appName, bytesUsed, totalChanges, sessions } = facts;
    return html`<section class="app"><div class="heading">${toAppMark(appName)}<div><h3>${appName}</h3>
<p class="hint">${toSize(bytesUsed)} in ${totalChanges} ${totalChanges === 1 ? 'change' : 'changes'} · ${sessions.length === 0 ? 'not signed in' : sessions.length === 1 ? 'signed in once' : `signed in ${sessions.length} times`}</p></div>
${sessions.length > 0 && html`<form method="post" action="${to('/apps')}"><input type="hidden" name="app" value="${appId}"><button type="submit" class="link" aria-label="Sign out everywhere: ${appName}">Sign out everywhere</button></form>`}</div>
${toDevices(facts)}</section>`;
  };

  return [
    {
      method: 'GET',
      path: '/account',
      answer: (request) =>
        signedIn(request, async ({ key: userId, value: { email, verifiedAt } }) => {
          const [factor, pendingEmail, apps] = await Promise.all([
            secondFactor.describe(userId),
            emailChange.pending(userId),
            readAccountFacts(context, userId),
          ]);
          const total = apps.reduce((sum, { bytesUsed }) => sum + bytesUsed, 0);
          const confirm = actionForm(to('/verify-address'), {}, 'Send a link to confirm it');
          const isConfirmable = verifiedAt === null && accounts.hasMail;
          return show({
            title: 'Your account',
            isWide: true,
            body: html`<h1>Your account</h1>
<div class="account"><span>Signed in as <strong>${email}</strong></span>${actionForm(to('/sign-out'), {}, 'Sign out')}</div>
${toStatus(notices[request.query.get('done') ?? ''])}
<h2>Signing in</h2>
<ul class="facts">
${item(
  'E-mail address',
  pendingEmail === null
    ? html`${email}${verifiedAt === null && ' · not confirmed yet'}`
    : html`${email}, moving to ${pendingEmail} when both addresses have agreed`,
  pendingEmail === null
    ? html`${isConfirmable && confirm}<a href="${to('/email')}">Change<span class="unseen"> the e-mail address</span></a>`
    : actionForm(to('/email'), { action: 'cancel' }, 'Do not move'),
)}
${item('Password', null, html`<a href="${to('/password')}">Change<span class="unseen"> the password</span></a>`)}
${item(
  'Second factor',
  factor === null
    ? 'Off. A code from your phone would keep out whoever learns your password.'
    : html`On since ${toDay(factor.since)} · ${factor.recoveryCodesLeft} recovery ${factor.recoveryCodesLeft === 1 ? 'code' : 'codes'} left`,
  html`<a href="${to('/second-factor')}">${factor === null ? 'Turn on' : 'Change'}<span class="unseen"> the second factor</span></a>`,
)}
</ul>
<h2>Apps and devices</h2>
${apps.length === 0 ? html`<p class="soft">No app has signed in yet.</p>` : html`<p class="soft">${toSize(total)} altogether, encrypted by your apps: nobody here can read it.</p>`}
${apps.map(toApp)}
<h2>Your data</h2>
<ul class="facts">
${item('Export', 'Everything that your apps store here, as one file, encrypted as it is.', html`<a href="${to('/export')}">Export<span class="unseen"> your data</span></a>`)}
${item('Erase', 'The account and everything in it, for good.', html`<a href="${to('/erase')}">Erase<span class="unseen"> the account</span></a>`)}
</ul>`,
          });
        }),
    },
    {
      method: 'POST',
      path: '/account/verify-address',
      answer: (request) =>
        signedIn(request, async ({ key }) => {
          verification.request(key);
          return toRedirect(to('?done=verify'));
        }),
    },
    {
      method: 'POST',
      path: '/account/devices',
      answer: (request) =>
        signedIn(request, async ({ key: userId }) => {
          const scope = { appId: request.form.get('app') ?? '', userId };
          const removed = await storage.deviceStore.remove(scope, request.form.get('device') ?? '');
          if (removed && removed.session !== null) await grants.endSession(removed.session);
          return toRedirect(to('?done=device'));
        }),
    },
    {
      method: 'POST',
      path: '/account/apps',
      answer: (request) =>
        signedIn(request, async ({ key: userId }) => {
          const apps = await readAccountFacts(context, userId);
          const app = apps.find(({ appId }) => appId === request.form.get('app'));
          for (const session of app?.sessions ?? []) await grants.endSession(session);
          return toRedirect(to('?done=app'));
        }),
    },
  ];
};
