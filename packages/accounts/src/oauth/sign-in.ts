import type { Answer, Found } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import type { Provider } from 'oidc-provider';
import type { AccountParts } from '../create-accounts.js';
import type { BrowserSessions } from '../pages/browser-sessions.js';
import type { PageContent } from '../pages/layout.js';
import { toPage, toRedirect } from '../pages/page-answer.js';
import type { PageRoute } from '../pages/page-request.js';
import type { Place } from '../pages/place.js';
import type { UserRecord } from '../user-kind.js';
import { toFormAction } from './form-action.js';
import type { Grants } from './grants.js';
import { findInteraction, type Interaction, keepStep } from './interaction.js';
import { interactionPath, resource } from './names.js';
import { expiredPage } from './problem-page.js';
import { type SignInLinks, type SignInView, toCodePage, toConsentPage, toLoginPage } from './sign-in-pages.js';

export interface SignInDeps {
  readonly provider: Provider;
  readonly parts: AccountParts;
  readonly grants: Grants;
  readonly browserSessions: BrowserSessions;
  readonly place: Place;
  /** Below the form: to another page of this server, such as one for a forgotten password. */
  readonly links: SignInLinks;
}

/** What is wrong with what was sent; also how long to wait, in seconds. */
interface Trouble {
  readonly status: number;
  readonly message: string;
  readonly retryAfter?: number;
}

const attempts = 5;

const wait = (seconds: number): string => (seconds <= 90 ? 'a minute' : `${Math.ceil(seconds / 60)} minutes`);

const toTrouble = (error: unknown): Trouble => {
  if (!isSyncError(error) || (error.code !== 'rate_limited' && error.code !== 'unavailable')) throw error;
  const retryAfter = error.retryAfter ?? 1;
  const message =
    error.code === 'rate_limited'
      ? `Too many attempts. Wait ${wait(retryAfter)}, then try again.`
      : 'The server is busy. Try again in a moment.';
  return { status: error.status, message, retryAfter };
};

/** The pages between the request of an app and its answer: password, second factor, consent. */
export const createSignInRoutes = (deps: SignInDeps): readonly PageRoute[] => {
  const { provider, parts, grants, browserSessions, place, links } = deps;
  const { users, appRecords, passwordProof, secondFactor, addressLimits, loginAudit, clock } = parts;

  const toView = ({ app, redirect }: Interaction, trouble: Trouble | null): SignInView => ({
    appName: app.value.name,
    serviceName: parts.serviceName,
    host: new URL(place.origin).host,
    redirect,
    error: trouble?.message ?? null,
  });

  const toAnswer = ({ redirect }: Interaction, content: PageContent, trouble: Trouble | null): Answer =>
    toPage(content, {
      status: trouble?.status ?? 200,
      formAction: toFormAction(redirect),
      headers: trouble?.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) },
    });

  const again = ({ request }: Interaction): Answer => toRedirect(place.base + request.path);

  const isAtLogin = ({ stored, step }: Interaction): boolean => stored.prompt.name === 'login' || step.isSwitching;

  /** The user who gave the right password a moment ago; null when something about the account changed since. */
  const findWaiting = async ({ step }: Interaction): Promise<Found<UserRecord> | null> => {
    const user = step.waiting === undefined ? null : await users.get(step.waiting);
    return user && !user.value.disabled && user.value.generation === step.generation ? user : null;
  };

  const finishLogin = async (
    { stored, step }: Interaction,
    user: Found<UserRecord>,
    login: { readonly at: number; readonly amr: string[] },
    cookies: readonly string[],
  ): Promise<Answer> => {
    // Another user than before begins afresh, with nothing of the former one.
    if (step.isSwitching) stored.session = undefined;
    stored.result = { login: { accountId: user.key, amr: login.amr, ts: Math.floor(login.at / 1000) } };
    await stored.persist();
    return toRedirect(stored.returnTo, cookies);
  };

  /** Goes on with a user who has proved everything there is to prove. */
  const admit = async (interaction: Interaction, user: Found<UserRecord>, amr: string[], remember: boolean) => {
    const { cookies, address } = interaction.request;
    await passwordProof.succeeded(user.key, address);
    const cookie = remember
      ? await browserSessions.open(user, cookies, place)
      : await browserSessions.end(cookies, place);
    return finishLogin(interaction, user, { at: clock.now(), amr }, cookie === null ? [] : [cookie]);
  };

  const showLogin = (interaction: Interaction, email: string, trouble: Trouble | null): Answer =>
    toAnswer(
      interaction,
      toLoginPage(toView(interaction, trouble), { email, links: links(interaction.app.value, place) }),
      trouble,
    );

  const showCode = (interaction: Interaction, user: Found<UserRecord>, trouble: Trouble | null): Answer => {
    const isRecovery = interaction.request.query.get('with') === 'recovery';
    const content = toCodePage(toView(interaction, trouble), { email: user.value.email, isRecovery });
    return toAnswer(interaction, content, trouble);
  };

  const show = async (interaction: Interaction): Promise<Answer> => {
    const { stored, request, step, isLoginForced, isRefreshable } = interaction;
    if (isAtLogin(interaction)) {
      const waiting = await findWaiting(interaction);
      if (waiting) return showCode(interaction, waiting, null);
      const signedIn = isLoginForced || step.isSwitching ? null : await browserSessions.find(request.cookies);
      if (signedIn) return finishLogin(interaction, signedIn.user, { at: signedIn.signedInAt, amr: ['pwd'] }, []);
      return showLogin(interaction, '', null);
    }
    const user = stored.session && (await users.get(stored.session.accountId));
    if (!user || user.value.disabled) return expiredPage();
    const content = toConsentPage(toView(interaction, null), { email: user.value.email, isRefreshable });
    return toAnswer(interaction, content, null);
  };

  /** The row names user and app as long as they are as they were found. */
  const auditFailure = ({ app, request }: Interaction, user: Found<UserRecord> | null): Promise<void> =>
    loginAudit.failure({ userId: user?.key ?? null, appId: app.key, address: request.address }, [
      ...(user ? [users.check(user)] : []),
      appRecords.check(app.key, 'present'),
    ]);

  const logIn = async (interaction: Interaction): Promise<Answer> => {
    const { form, address } = interaction.request;
    const [email, password] = [form.get('email') ?? '', form.get('password') ?? ''];
    const remember = form.has('remember');
    try {
      await addressLimits.take('login', address);
      const user = await passwordProof.attempt({ email, password, address }, async (found, isProved) => {
        if (isProved) return found;
        await auditFailure(interaction, found);
        return null;
      });
      if (user === null) {
        return showLogin(interaction, email, { status: 401, message: 'The e-mail address or the password is wrong.' });
      }
      if (!(await secondFactor.isOn(user.key))) return admit(interaction, user, ['pwd'], remember);
      const { generation } = user.value;
      await keepStep(interaction, { ...interaction.step, waiting: user.key, generation, remember });
      return again(interaction);
    } catch (error) {
      return showLogin(interaction, email, toTrouble(error));
    }
  };

  const proveCode = async (interaction: Interaction): Promise<Answer> => {
    const user = await findWaiting(interaction);
    if (user === null) return again(interaction);
    const { form, address } = interaction.request;
    try {
      await addressLimits.take('secondFactor', address);
      const isRight = await secondFactor.verify(user.key, (form.get('code') ?? '').trim());
      if (isRight) return admit(interaction, user, ['pwd', 'otp'], interaction.step.remember);
      await auditFailure(interaction, user);
      return showCode(interaction, user, { status: 401, message: 'This code is wrong, too old, or was used before.' });
    } catch (error) {
      return showCode(interaction, user, toTrouble(error));
    }
  };

  /** Begins the login that the app was allowed. null when user or app are gone, or change all the time. */
  const begin = async ({ stored, app, key, isRefreshable, request }: Interaction): Promise<string | null> => {
    const { address } = request;
    const accountId = stored.session?.accountId;
    if (accountId === undefined) return null;
    const grant = new provider.Grant({ accountId, clientId: app.key });
    if (isRefreshable) grant.addOIDCScope('offline_access');
    grant.addResourceScope(resource, 'sync');
    const grantId = await grant.save();
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const [user, current] = await Promise.all([users.get(accountId), appRecords.get(app.key)]);
      if (user === null || user.value.disabled || current === null) break;
      if (await grants.begin(grantId, user, current, { key, isRefreshable, address })) return grantId;
    }
    await grants.end(grantId);
    return null;
  };

  const allow = async (interaction: Interaction): Promise<Answer> => {
    const { stored } = interaction;
    const grantId = await begin(interaction);
    if (grantId === null) return expiredPage();
    stored.result = { ...stored.lastSubmission, consent: { grantId } };
    await stored.persist();
    return toRedirect(stored.returnTo);
  };

  const cancel = async ({ stored }: Interaction): Promise<Answer> => {
    stored.result = { error: 'access_denied', error_description: 'the user refused' };
    await stored.persist();
    return toRedirect(stored.returnTo);
  };

  const act = async (interaction: Interaction): Promise<Answer> => {
    const action = interaction.request.form.get('action');
    if (action === 'cancel') return cancel(interaction);
    if (isAtLogin(interaction)) {
      if (action === 'login') return logIn(interaction);
      if (action === 'code') return proveCode(interaction);
    } else {
      if (action === 'allow') return allow(interaction);
      if (action === 'switch') await keepStep(interaction, { isSwitching: true });
    }
    return again(interaction);
  };

  const toRoute = (method: 'GET' | 'POST', answer: (interaction: Interaction) => Promise<Answer>): PageRoute => ({
    method,
    path: `${interactionPath}/{uid}`,
    async answer(request, { uid = '' }) {
      const interaction = await findInteraction(provider, parts, request, uid);
      return interaction === null ? expiredPage() : answer(interaction);
    },
  });

  return [toRoute('GET', show), toRoute('POST', act)];
};
