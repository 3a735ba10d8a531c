import { createSmtpMailer } from '@synckeep/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMailbox } from '../mailbox.js';
import { createStage } from './stage.js';

let mailbox: Awaited<ReturnType<typeof openMailbox>>;
beforeAll(async () => {
  mailbox = await openMailbox();
});
afterAll(() => mailbox.close());

const createOpenStage = async () => {
  const { port } = mailbox;
  const stage = await createStage({
    mailer: createSmtpMailer({
      ...{ host: '127.0.0.1', port, tls: 'off', from: 'sync@example.org', fromName: 'Synckeep' },
    }),
  });
  await stage.apps.update(stage.app.id, { registration: 'open' });
  return stage;
};

describe('nobody learns on a page whether an address has an account [P-11]', () => {
  it.each([
    ['/forgot', {}],
    ['/register', { app: true }],
  ] as const)('%s answers alike', async (path, { app: needsApp = false }: { app?: boolean }) => {
    const { openBrowser, app, accounts } = await createOpenStage();
    const browser = openBrowser();
    const fields = needsApp ? { app: app.id } : {};
    const answers = [];
    for (const email of ['ada@example.org', 'bob@example.org']) {
      const { status, text } = await browser.post(path, { ...fields, email });
      answers.push({ status, text: text.replaceAll(email, 'EMAIL') });
    }
    expect(answers[0]?.status).toBe(200);
    expect(answers[1]).toEqual(answers[0]);
    await accounts.close();
  });

  it('registers with a letter, end to end', async () => {
    const { openBrowser, app, accounts } = await createOpenStage();
    const browser = openBrowser();
    expect((await browser.get(`/register?app=${app.id}`)).text).toContain('Get an account for Paper Trail');
    await browser.post('/register', { app: app.id, email: 'carol@example.org' });
    const { text } = await mailbox.waitFor('carol@example.org');
    const path = /https:\/\/sync\.example\.org\/account(\/register\?token=[0-9a-f]{64})/.exec(text)?.[1] ?? '';
    expect((await browser.get(path)).text).toContain('carol@example.org');
    const token = path.split('=')[1] ?? '';
    const made = await browser.post('/register', { token, 'new-password': 'a long enough password' });
    expect(made.text).toContain('Your account is ready');
    expect((await browser.signIn('a long enough password', 'carol@example.org')).text).toContain('Signed in as');
    await accounts.close();
  });
});
