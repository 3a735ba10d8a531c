import type { Answer } from '@synckeep/core';
import { toAlert, toField } from '../pages/forms.js';
import { Html, html } from '../pages/html.js';
import { toRedirect } from '../pages/page-answer.js';
import type { PageRequest, PageRoute } from '../pages/page-request.js';
import { toQrSvg } from '../second-factor/qr-svg.js';
import { toUserOrigin } from '../user-origin.js';
import type { Context } from './context.js';
import { button, codeField, hidden, presentPassword, toDay } from './parts.js';
import { type Trouble, toTrouble, wrongCode, wrongPassword } from './trouble.js';

/** Turning the second factor on and off, and getting other recovery codes. */
export const createSecondFactorRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, to, show, signedIn } = context;
  const { secondFactor, passwordProof, addressLimits } = accounts;

  const back = html`<a class="button quiet" href="${to('')}">Back</a>`;

  const showState = async (userId: string, trouble: Trouble | null): Promise<Answer> => {
    const factor = await secondFactor.describe(userId);
    const body =
      factor === null
        ? html`<h1>Turn on a second factor</h1>
<p class="soft">When you sign in, you are then asked for a code that an authenticator app on your phone shows. Whoever learns your password cannot sign in without the phone.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/second-factor')}">${hidden('action', 'begin')}
${presentPassword({ isFocused: true })}
<div class="actions">${button('Go on')}${back}</div>
</form>`
        : html`<h1>Your second factor</h1>
<p class="soft">On since ${toDay(factor.since)}. ${factor.recoveryCodesLeft} of your recovery codes ${factor.recoveryCodesLeft === 1 ? 'is' : 'are'} not used yet.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/second-factor')}">
${codeField()}
<div class="actions">
<button type="submit" name="action" value="recovery">Get ten new recovery codes</button>
<button type="submit" name="action" value="move" class="quiet">Move to another phone</button>
<button type="submit" name="action" value="off" class="danger">Turn it off</button>
${back}</div>
</form>`;
    return show({ title: 'Second factor', body }, trouble);
  };

  const showEnrolment = (enrolment: { readonly uri: string; readonly secret: string }, trouble: Trouble | null) =>
    show(
      {
        title: 'Set up the authenticator app',
        body: html`<h1>Set up the authenticator app</h1>
<p class="soft">Scan this with the app on your phone, within 15 minutes.</p>
<div class="qr">${new Html(toQrSvg(enrolment.uri, 'QR code for the authenticator app'))}</div>
<p class="small soft">Or type this in there:<br><code>${enrolment.secret.match(/.{1,4}/g)?.join(' ')}</code></p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/second-factor')}">${hidden('action', 'confirm')}
${toField({ name: 'code', label: 'Six digits that the app shows', autocomplete: 'one-time-code', inputMode: 'numeric', isCode: true, isFocused: true })}
<div class="actions">${button('Turn it on')}${back}</div>
</form>`,
      },
      trouble,
    );

  const showRetry = (trouble: Trouble) =>
    show(
      {
        title: 'Set up the authenticator app',
        body: html`<h1>Set up the authenticator app</h1>
${toAlert(trouble.message)}
<p class="soft">Enter the code that the app shows now. If it still does not fit, check that the clock of the phone is right, or begin again.</p>
<form method="post" action="${to('/second-factor')}">${hidden('action', 'confirm')}
${toField({ name: 'code', label: 'Six digits that the app shows', autocomplete: 'one-time-code', inputMode: 'numeric', isCode: true, isFocused: true })}
<div class="actions">${button('Turn it on')}<a class="button quiet" href="${to('/second-factor')}">Begin again</a></div>
</form>`,
      },
      trouble,
    );

  const showCodes = (codes: readonly string[]): Answer =>
    show({
      title: 'Your recovery codes',
      body: html`<h1>Your recovery codes</h1>
<p>Write them down or print them, and keep them apart from the phone. Each one stands in for the app once. <strong>They are shown this once.</strong></p>
<ol class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
<div class="actions"><a class="button" href="${to('')}">I have kept them</a></div>`,
    });

  const act = async (request: PageRequest, userId: string): Promise<Answer> => {
    const { form, address } = request;
    const action = form.get('action');
    const code = form.get('code') ?? '';
    await addressLimits.take('secondFactor', address);
    if (action === 'confirm') {
      const codes = await secondFactor.confirm(userId, code, address);
      return codes === null ? showRetry(wrongCode) : showCodes(codes);
    }
    if (action === 'begin') {
      // With one that is on, its code is asked for instead.
      if (await secondFactor.isOn(userId)) return showState(userId, null);
      const isRight = await passwordProof.verify(userId, form.get('password') ?? '');
      return isRight ? showEnrolment(await secondFactor.begin(userId), null) : showState(userId, wrongPassword);
    }
    if (action !== 'move' && action !== 'recovery' && action !== 'off') return showState(userId, null);
    if (!(await secondFactor.verify(userId, code))) return showState(userId, wrongCode);
    if (action === 'move') return showEnrolment(await secondFactor.begin(userId), null);
    if (action === 'recovery') return showCodes((await secondFactor.renewRecoveryCodes(userId, address)) ?? []);
    await secondFactor.turnOff(userId, toUserOrigin(userId, address));
    return toRedirect(to('?done=second-factor-off'));
  };

  return [
    {
      method: 'GET',
      path: '/account/second-factor',
      answer: (request) => signedIn(request, ({ key }) => showState(key, null)),
    },
    {
      method: 'POST',
      path: '/account/second-factor',
      answer: (request) =>
        signedIn(request, async ({ key }) => {
          try {
            return await act(request, key);
          } catch (error) {
            const trouble = toTrouble(error);
            return request.form.get('action') === 'confirm' ? showRetry(trouble) : showState(key, trouble);
          }
        }),
    },
  ];
};
