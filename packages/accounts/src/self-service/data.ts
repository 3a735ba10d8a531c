import { type Answer, exportData } from '@synckeep/core';
import { toAlert } from '../pages/forms.js';
import { html } from '../pages/html.js';
import type { PageRequest, PageRoute } from '../pages/page-request.js';
import type { Context } from './context.js';
import { donePage } from './link-page.js';
import { button, checkbox, codeField, presentPassword } from './parts.js';
import { type Trouble, toTrouble, wrongCode, wrongPassword } from './trouble.js';

/** Taking everything along, and erasing everything. */
export const createDataRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, storage, blobStore, place, browserSessions, eraseUser, to, show, signedIn } = context;
  const { passwordProof, secondFactor, addressLimits, parts } = accounts;
  const { log, clock, random } = parts;

  const exportPage = (trouble: Trouble | null): Answer =>
    show(
      {
        title: 'Export your data',
        body: html`<h1>Export your data</h1>
<p class="soft">You get one file with everything that your apps store here: changes, files, devices, and your keys in the envelopes that your apps sealed them in. It stays encrypted; your apps can read it, and another Synckeep server can take it in.</p>
<p class="small soft">Keep the file safe: with it, somebody can try passphrases for as long as they like.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/export')}">
${presentPassword({ isFocused: true })}
<div class="actions">${button('Export')}<a class="button quiet" href="${to('')}">Back</a></div>
</form>`,
      },
      trouble,
    );

  const sendExport = async (userId: string, { form, address }: PageRequest): Promise<Answer> => {
    try {
      await addressLimits.take('passwordReset', address);
      if (!(await passwordProof.verify(userId, form.get('password') ?? ''))) return exportPage(wrongPassword);
    } catch (error) {
      return exportPage(toTrouble(error));
    }
    const chunks = exportData({
      ...{ storage, blobStore, log, clock, random },
      filter: { appId: null, userId },
      blobs: 'inline',
    });
    return {
      status: 200,
      headers: {
        'content-type': 'application/x-ndjson',
        'content-disposition': 'attachment; filename="synckeep-export.ndjson"',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
      body: { chunks, cut: new AbortController().signal },
    };
  };

  const erasePage = async (userId: string, trouble: Trouble | null): Promise<Answer> =>
    show(
      {
        title: 'Erase the account',
        body: html`<h1>Erase the account</h1>
<p>This removes the account with everything that your apps store here, in all of them, at once and for good. What is on your devices stays there.</p>
<p class="small soft">Backups of this server may hold it a while longer, as encrypted as it is now.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/erase')}">
${presentPassword({ isFocused: true })}
${(await secondFactor.isOn(userId)) && codeField()}
${checkbox('sure', 'I am sure. Nothing brings it back.', false)}
<div class="actions">${button('Erase everything', 'danger')}<a class="button quiet" href="${to('')}">Back</a></div>
</form>`,
      },
      trouble,
    );

  const erase = async (userId: string, { form, address, cookies }: PageRequest): Promise<Answer> => {
    try {
      await addressLimits.take('secondFactor', address);
      if (!form.has('sure')) return await erasePage(userId, { status: 422, message: 'Say that you are sure.' });
      if (!(await passwordProof.verify(userId, form.get('password') ?? '')))
        return await erasePage(userId, wrongPassword);
      const isOn = await secondFactor.isOn(userId);
      if (isOn && !(await secondFactor.verify(userId, form.get('code') ?? '')))
        return await erasePage(userId, wrongCode);
    } catch (error) {
      return erasePage(userId, toTrouble(error));
    }
    await eraseUser(userId, address);
    const cookie = await browserSessions.end(cookies, place);
    const next = { href: to('/sign-in'), label: 'To the sign-in' };
    return { ...donePage(context, 'The account is erased', 'Nothing of it is left here.', next), cookies: [cookie] };
  };

  return [
    { method: 'GET', path: '/account/export', answer: (request) => signedIn(request, async () => exportPage(null)) },
    {
      method: 'POST',
      path: '/account/export',
      answer: (request) => signedIn(request, ({ key }) => sendExport(key, request)),
    },
    {
      method: 'GET',
      path: '/account/erase',
      answer: (request) => signedIn(request, ({ key }) => erasePage(key, null)),
    },
    {
      method: 'POST',
      path: '/account/erase',
      answer: (request) => signedIn(request, ({ key }) => erase(key, request)),
    },
  ];
};
