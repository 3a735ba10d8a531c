import { type Answer, digest, type Found } from '@synckeep/core';
import { z } from 'zod';
import { toAlert, toField } from '../pages/forms.js';
import { html } from '../pages/html.js';
import { toRedirect } from '../pages/page-answer.js';
import type { PageRequest, PageRoute } from '../pages/page-request.js';
import { newestOf, openWith, sealWith } from '../sealing.js';
import type { UserRecord } from '../user-kind.js';
import type { Context } from './context.js';
import { button, codeField, hidden } from './parts.js';
import { type Trouble, toTrouble, wrongCode } from './trouble.js';

const sealPlace = 'self-service/sign-in';
/** Milliseconds between the password and the code. */
const patience = 10 * 60_000;

/** User, what must not change meanwhile, and until when. */
const ticketSchema = z.tuple([z.string(), z.string(), z.number()]);

const refused: Trouble = { status: 401, message: 'The e-mail address or the password is wrong.' };

const toState = (user: Found<UserRecord>): string => digest(`${user.value.generation} ${user.value.passwordHash}`);

/** Signing in to the pages of one's account, and out. */
export const createSignInRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, browserSessions, place, to, show } = context;
  const { passwordProof, secondFactor, addressLimits, parts } = accounts;
  const { users, secrets, random, clock, loginAudit, serviceName } = parts;

  const showPassword = (email: string, trouble: Trouble | null): Answer =>
    show(
      {
        title: `Sign in to ${serviceName}`,
        body: html`<h1>Sign in to your account</h1>
<p class="soft">To change your password, see your devices, or take your data along.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/sign-in')}">
${toField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, isFocused: email === '' })}
${toField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', isFocused: email !== '' })}
<div class="actions">${button('Sign in')}</div>
</form>
<p class="small aside"><a href="${to('/forgot')}">Forgot the password?</a></p>`,
      },
      trouble,
    );

  const showCode = (ticket: string, trouble: Trouble | null): Answer =>
    show(
      {
        title: 'Confirm that it is you',
        body: html`<h1>Confirm that it is you</h1>
<p class="soft">This account has a second factor.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/sign-in')}">${hidden('ticket', ticket)}
${codeField()}
<div class="actions">${button('Continue')}</div>
</form>`,
      },
      trouble,
    );

  const admit = async (user: Found<UserRecord>, { cookies, address }: PageRequest): Promise<Answer> => {
    const cookie = await browserSessions.open(user, cookies, place);
    if (cookie === null) return showPassword(user.value.email, refused);
    await passwordProof.succeeded(user.key, address);
    return toRedirect(to(''), [cookie]);
  };

  /** Says that somebody gave the right password a moment ago; only this server can make and read it. */
  const toTicket = async (user: Found<UserRecord>): Promise<string> => {
    const text = JSON.stringify([user.key, toState(user), clock.now() + patience]);
    const { secretId, data } = await sealWith(newestOf(secrets), sealPlace, new TextEncoder().encode(text), random);
    return `${secretId}.${data}`;
  };

  const fromTicket = async (ticket: string): Promise<Found<UserRecord> | null> => {
    const [, secretId = '', data = ''] = /^([\w-]+)\.([A-Za-z0-9+/]+={0,2})$/.exec(ticket) ?? [];
    const bytes = data === '' ? null : await openWith(secrets.list(), sealPlace, { secretId, data });
    if (bytes === null) return null;
    const [userId, state, until] = ticketSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const user = until > clock.now() ? await users.get(userId) : null;
    return user && !user.value.disabled && toState(user) === state ? user : null;
  };

  const auditFailure = (user: Found<UserRecord> | null, address: string): Promise<void> =>
    loginAudit.failure({ userId: user?.key ?? null, appId: null, address }, user ? [users.check(user)] : []);

  const provePassword = async (request: PageRequest): Promise<Answer> => {
    const { form, address } = request;
    const [email, password] = [form.get('email') ?? '', form.get('password') ?? ''];
    try {
      await addressLimits.take('login', address);
      const user = await passwordProof.attempt({ email, password, address }, async (found, isProved) => {
        if (isProved) return found;
        await auditFailure(found, address);
        return null;
      });
      if (user === null) return showPassword(email, refused);
      return (await secondFactor.isOn(user.key)) ? showCode(await toTicket(user), null) : await admit(user, request);
    } catch (error) {
      return showPassword(email, toTrouble(error));
    }
  };

  const proveCode = async (request: PageRequest, ticket: string): Promise<Answer> => {
    const { form, address } = request;
    const user = await fromTicket(ticket);
    if (user === null) return toRedirect(to('/sign-in'));
    try {
      await addressLimits.take('secondFactor', address);
      if (await secondFactor.verify(user.key, form.get('code') ?? '')) return await admit(user, request);
      await auditFailure(user, address);
      return showCode(ticket, wrongCode);
    } catch (error) {
      return showCode(ticket, toTrouble(error));
    }
  };

  return [
    {
      method: 'GET',
      path: '/account/sign-in',
      answer: async ({ cookies }) =>
        (await browserSessions.find(cookies)) === null ? showPassword('', null) : toRedirect(to('')),
    },
    {
      method: 'POST',
      path: '/account/sign-in',
      answer(request) {
        const ticket = request.form.get('ticket');
        return ticket === null ? provePassword(request) : proveCode(request, ticket);
      },
    },
    {
      method: 'POST',
      path: '/account/sign-out',
      answer: async ({ cookies }) => toRedirect(to('/sign-in'), [await browserSessions.end(cookies, place)]),
    },
  ];
};
