import { toAlert } from '../pages/forms.js';
import { html } from '../pages/html.js';
import { toRedirect } from '../pages/page-answer.js';
import type { PageRoute } from '../pages/page-request.js';
import { toUserOrigin } from '../user-origin.js';
import type { Context } from './context.js';
import { aboutSyncKey, button, checkbox, newPassword, presentPassword } from './parts.js';
import { type Trouble, toTrouble, wrongPassword } from './trouble.js';

/** Choosing another password. */
export const createPasswordRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, browserSessions, place, to, show, signedIn } = context;
  const { users, passwordProof, parts } = accounts;

  const page = (trouble: Trouble | null) =>
    show(
      {
        title: 'Change your password',
        body: html`<h1>Change your password</h1>
${aboutSyncKey}
${toAlert(trouble?.message)}
<form method="post" action="${to('/password')}">
${presentPassword({ isFocused: true })}
${newPassword()}
${checkbox('revoke', html`Sign out every app and browser <span class="hint">Choose this when somebody else may know the old password. Your apps ask for the new one; what they have on the device stays there.</span>`, false)}
<div class="actions">${button('Change the password')}<a class="button quiet" href="${to('')}">Back</a></div>
</form>`,
      },
      trouble,
    );

  return [
    { method: 'GET', path: '/account/password', answer: (request) => signedIn(request, async () => page(null)) },
    {
      method: 'POST',
      path: '/account/password',
      answer: (request) =>
        signedIn(request, async ({ key: userId }) => {
          const { form, address, cookies } = request;
          const revokeTokens = form.has('revoke');
          try {
            if (!(await passwordProof.verify(userId, form.get('password') ?? ''))) return page(wrongPassword);
            await users
              .by(toUserOrigin(userId, address))
              .setPassword(userId, form.get('new-password') ?? '', { revokeTokens });
          } catch (error) {
            return page(toTrouble(error));
          }
          if (!revokeTokens) return toRedirect(to('?done=password'));
          // That signed this browser out too, and its user has just proved to be the one.
          const user = await parts.users.get(userId);
          const cookie = user && (await browserSessions.open(user, cookies, place));
          return toRedirect(to('?done=password-revoked'), cookie === null ? [] : [cookie]);
        }),
    },
  ];
};
