import { toAlert, toField } from '../pages/forms.js';
import { html } from '../pages/html.js';
import { toRedirect } from '../pages/page-answer.js';
import type { PageRoute } from '../pages/page-request.js';
import type { Context } from './context.js';
import { button, presentPassword } from './parts.js';
import { type Trouble, toTrouble, wrongPassword } from './trouble.js';

/** Moving to another e-mail address. */
export const createEmailRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, to, show, signedIn } = context;
  const { emailChange, passwordProof, addressLimits } = accounts;

  const page = (present: string, wanted: string, trouble: Trouble | null) =>
    show(
      {
        title: 'Change your e-mail address',
        body: html`<h1>Change your e-mail address</h1>
<p class="soft">It is <strong>${present}</strong> now.</p>
${
  accounts.hasMail
    ? html`<p class="small soft">Each of the two addresses gets a link. When both have agreed, you sign in with the new one.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/email')}">
${toField({ name: 'email', label: 'New e-mail address', type: 'email', autocomplete: 'email', value: wanted, isFocused: true })}
${presentPassword()}
<div class="actions">${button('Send the links')}<a class="button quiet" href="${to('')}">Back</a></div>
</form>`
    : html`<p class="notice">This server sends no mail, so it cannot ask the two addresses. Whoever runs it can change yours.</p>
<div class="actions"><a class="button quiet" href="${to('')}">Back</a></div>`
}`,
      },
      trouble,
    );

  return [
    {
      method: 'GET',
      path: '/account/email',
      answer: (request) => signedIn(request, async ({ value: { email } }) => page(email, '', null)),
    },
    {
      method: 'POST',
      path: '/account/email',
      answer: (request) =>
        signedIn(request, async ({ key: userId, value: { email } }) => {
          const { form, address } = request;
          if (form.get('action') === 'cancel') {
            await emailChange.cancel(userId);
            return toRedirect(to('?done=cancelled'));
          }
          const wanted = form.get('email') ?? '';
          try {
            if (!accounts.hasMail) return page(email, '', null);
            await addressLimits.take('registration', address);
            if (!(await passwordProof.verify(userId, form.get('password') ?? '')))
              return page(email, wanted, wrongPassword);
            await emailChange.request(userId, wanted);
          } catch (error) {
            return page(email, wanted, toTrouble(error));
          }
          return toRedirect(to('?done=email'));
        }),
    },
  ];
};
