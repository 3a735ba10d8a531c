import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../../accounts/browser/chromium.js';
import { signIn } from '../../accounts/browser/sign-in.js';
import { call, join } from '../../server/test/api.js';
import { password } from '../../server/test/program.js';
import { administrator, createApp, createUser, goTo, openStage, type Stage, setUp, toSetUpLink } from './stage.js';

const ada = { email: 'ada@example.org', password };

describeInBrowser('an administrator, from the first start to the end of a user', () => {
  let stage: Stage;
  let page: Page;
  let apiKey: string;
  let appId: string;
  let userId: string;
  let device: Awaited<ReturnType<typeof join>>;
  beforeAll(async () => {
    stage = await openStage();
    page = await stage.browser.newPage();
  });
  afterAll(async () => {
    await stage?.close();
  });

  /** As the helpers of the server's tests name an account. */
  const account = () => ({ ...ada, appId, userId, apiKey });
  const logIn = (key: string) =>
    call(stage.server, 'POST', '/auth', { body: { email: ada.email, password: ada.password, api_key: key } });
  const openApp = async () => {
    await goTo(page, 'Apps');
    await page.getByRole('link', { name: 'Paper Trail' }).click();
    await page.getByRole('heading', { level: 1, name: 'Paper Trail' }).waitFor();
  };
  const openUser = async () => {
    await goTo(page, 'Users');
    await page.getByRole('link', { name: ada.email }).click();
    await page.getByRole('heading', { level: 1, name: ada.email }).waitFor();
  };

  it('becomes the first one by the link that the server prints, which leaves the address bar', async () => {
    const link = await toSetUpLink(stage.server);
    await page.goto(`${stage.server.url}/admin/users`);
    await page.getByRole('heading', { name: 'no administrator yet' }).waitFor();
    await setUp(page, stage.server);
    expect(page.url()).toBe(`${stage.server.url}/admin/`);
    expect(await page.evaluate('history.length > 0 && document.referrer + location.hash')).toBe('');
    await page.getByRole('heading', { name: 'Begin with an app' }).waitFor();

    const other = await stage.browser.newPage();
    await stage.browser.context.clearCookies();
    await other.goto(link);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.close();
  });

  it('signs in, hears what was wrong, and comes to where they were going', async () => {
    await page.goto(`${stage.server.url}/admin/health`);
    await page.getByLabel('E-mail address').fill(administrator.email);
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('wrong').waitFor();
    await page.getByLabel('Password').fill(administrator.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor();
  });

  it('creates an app, whose key is shown once and copied', async () => {
    const made = await createApp(page, 'Paper Trail');
    apiKey = made.apiKey;
    await made.dialog.getByRole('button', { name: 'Copy API key' }).click();
    await made.dialog.getByText('API key copied').waitFor({ state: 'attached' });
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(apiKey);

    await createAda(made);
    const filled = made.curl.replace('you@example.org', ada.email).replace('YOUR PASSWORD', ada.password);
    const { stdout } = await promisify(execFile)('sh', ['-c', filled.replace(/^curl/, 'curl -sS')]);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ app_id: appId, user_id: expect.any(String), token: expect.any(String) });
    userId = answer.user_id;
  });

  /** Leaves the dialog, finds the key nowhere any more, and makes the user. */
  const createAda = async ({ dialog }: Awaited<ReturnType<typeof createApp>>): Promise<void> => {
    await dialog.getByRole('button', { name: 'I have stored the key' }).click();
    await page.getByRole('heading', { level: 1, name: 'Paper Trail' }).waitFor();
    appId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByText('Nobody syncs with this app yet').waitFor();
    expect(await page.content()).not.toContain(apiKey);
    await page.reload();
    await page.getByText('In use').waitFor();
    expect(await page.content()).not.toContain(apiKey);
    await createUser(page, ada.email, ada.password);
  };

  it('has an app compact its log and remove blobs, once it requires what that needs', async () => {
    const { dialog } = await createApp(page, 'Whole rows');
    await dialog.getByRole('button', { name: 'I have stored the key' }).click();
    await page.getByRole('heading', { level: 1, name: 'Whole rows' }).waitFor();
    const compaction = page.getByRole('region', { name: 'Compaction' });
    const blobs = page.getByRole('region', { name: 'Removal of blobs' });
    await compaction.getByText('It needs an app that requires a base').waitFor();
    await blobs.getByText('It needs an app that compacts').waitFor();

    await page.getByLabel('Require a base on every push').check();
    await page.getByRole('button', { name: 'Save limits and syncing' }).click();
    await compaction.getByRole('button', { name: 'Turn on' }).click();
    await page.getByLabel('Keep everything for, in days').fill('14');
    await page.getByRole('checkbox', { name: 'sends the whole row' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await compaction.getByText('14 days').waitFor();

    await blobs.getByRole('button', { name: 'Turn on' }).click();
    await page.getByLabel('Keep a blob that nothing names').fill('30');
    await page.getByRole('checkbox', { name: 'names the blobs' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await blobs.getByText('stays for 30 days').waitFor();

    await compaction.getByRole('button', { name: 'Turn off' }).click();
    await compaction.getByRole('alert').getByText('collect_blobs').waitFor();
    await blobs.getByRole('button', { name: 'Turn off' }).click();
    await blobs.getByText('Off: every blob stays.').waitFor();
    await compaction.getByRole('button', { name: 'Turn off' }).click();
    await blobs.getByText('It needs an app that compacts').waitFor();
  });

  it('sees what a device of the user pushes, in lists and charts', async () => {
    device = await join(stage.server, account(), 'Ada’s laptop');
    expect((await device.push('c2VhbGVk')).status).toBe(200);

    await openApp();
    const users = page.getByRole('list', { name: 'Users of Paper Trail' });
    await users.getByRole('link', { name: ada.email }).click();
    const apps = page.getByRole('list', { name: 'Apps of this user' });
    await apps.getByText('1 device').waitFor();
    await apps.getByText('Devices', { exact: true }).last().click();
    await apps.getByText('Ada’s laptop').waitFor();

    // What is counted is written in rounds, and this page asks again by itself; loading it is faster.
    await expect
      .poll(
        async () => {
          await page.goto(`${stage.server.url}/admin`);
          return page.getByRole('figure').filter({ hasText: 'Pushes' }).getByRole('img').getAttribute('aria-label');
        },
        { timeout: 30_000 },
      )
      .toContain('Pushes: 1 altogether');
    const pushes = page.getByRole('figure').filter({ hasText: 'Pushes' });
    await pushes.getByText('Show as a table').click();
    // In the newest hour, or in the one before if a new one has just begun.
    const newest = pushes.getByRole('row').nth(1).or(pushes.getByRole('row').nth(2));
    await newest.getByRole('cell', { name: '1', exact: true }).first().waitFor();
  });

  it('rotates the key, and old clients are refused', async () => {
    await openApp();
    await page.getByRole('button', { name: 'Rotate the key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make a new key' }).click();
    const renewed = await dialog.getByRole('group', { name: 'API key' }).innerText();
    await dialog.getByRole('button', { name: 'I have stored the key' }).click();
    expect(renewed).not.toBe(apiKey);
    await expect.poll(async () => (await device.push('c2VhbGVk')).status, { timeout: 5_000 }).toBe(401);
    expect((await logIn(apiKey)).status).toBe(401);
    apiKey = renewed;
    device = await join(stage.server, account(), 'Ada’s laptop');
    expect((await device.push('c2VhbGVk')).status).toBe(200);
  });

  it('links the app to a paid item, and nobody syncs who does not have it', async () => {
    await goTo(page, 'Memberships');
    await page.getByRole('link', { name: 'Items', exact: true }).click();
    await page.getByRole('button', { name: 'Make an item' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id', { exact: true }).fill('notes-pro');
    await dialog.getByLabel('Name').fill('Notes Pro');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Notes Pro', { exact: true }).waitFor();

    await openApp();
    await page.getByRole('button', { name: 'Link to an item or tier' }).click();
    await dialog.getByLabel('Item or tier').selectOption('item:notes-pro');
    await dialog.getByRole('button', { name: 'Link', exact: true }).click();
    await page.getByText('Only users who have').waitFor();
    await expect
      .poll(async () => (await device.push('c2VhbGVk')).body.code, { timeout: 5_000 })
      .toBe('membership_required');
  });

  it('grants it to the user, who syncs again', async () => {
    await openUser();
    await page.getByRole('button', { name: 'Grant' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Item or tier').selectOption('item:notes-pro');
    await dialog.getByRole('button', { name: 'Grant' }).click();
    await page.getByRole('list', { name: 'Memberships of this user' }).getByText('Active').waitFor();
    expect((await device.push('c2VhbGVk')).status).toBe(200);
  });

  it('downloads what the user stored', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toContain('c2VhbGVk');
  });

  it('erases the user after typing the address, and nothing is left', async () => {
    await page.getByRole('button', { name: 'Erase this user' }).click();
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase everything' });
    expect(await erase.getAttribute('aria-disabled')).toBe('true');
    await dialog.getByLabel(/to confirm$/).fill('ada@example.com');
    expect(await erase.getAttribute('aria-disabled')).toBe('true');
    await dialog.getByLabel(/to confirm$/).fill(ada.email);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await page.getByText(`${ada.email} is erased.`).waitFor();
    expect(await page.getByRole('list', { name: 'Users' }).getByText(ada.email).count()).toBe(0);

    const { stdout } = await stage.program.run(stage.folder, ['export']);
    expect(stdout).toContain(appId);
    for (const gone of [userId, ada.email, device.deviceId, 'c2VhbGVk']) expect(stdout).not.toContain(gone);
    expect((await device.push('c2VhbGVk')).status).toBe(401);
  });

  it('finds all of it in the audit log', async () => {
    await goTo(page, 'Audit log');
    const log = page.getByRole('list', { name: 'Audit log' });
    for (const action of [
      'user.erase',
      'membership.grant',
      'item.put',
      'app.rotate_key',
      'user.create',
      'app.create',
    ]) {
      await log.getByText(action, { exact: true }).first().waitFor();
    }
    await page.getByLabel('Action').fill('app.rotate_key');
    await expect.poll(() => log.getByRole('listitem').count(), { timeout: 5_000 }).toBe(1);
    expect(new URL(page.url()).search).toBe('?action=app.rotate_key');
  });

  it('signs in with a second factor, once the account has one', async () => {
    await page.goto(`${stage.server.url}/account`);
    await signIn(page, administrator.email, administrator.password);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.goto(`${stage.server.url}/account/second-factor`);
    await page.getByLabel('Your present password').fill(administrator.password);
    await page.keyboard.press('Enter');
    const secret = (await page.locator('code').textContent())?.replaceAll(' ', '') ?? '';
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await page.getByLabel('Six digits').fill(totp.generate());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    const [code = ''] = /\b[a-z0-9]{4,}(?:-[a-z0-9]{4,})+\b/i.exec(await page.locator('main').innerText()) ?? [];

    await page.goto(`${stage.server.url}/admin`);
    const out = page.getByRole('button', { name: 'Sign out' });
    const form = page.getByLabel('E-mail address');
    await out.or(form).first().waitFor();
    if (await out.isVisible()) await out.click();
    await form.fill(administrator.email);
    await page.getByLabel('Password').fill(administrator.password);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code').fill(code);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  it('is shown the sign-in where they are when the session has ended', async () => {
    // Nothing is under way whose refusal would show the sign-in before the click.
    await page.goto(`${stage.server.url}/admin/apps`, { waitUntil: 'networkidle' });
    await stage.browser.context.clearCookies();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(page.url()).toBe(`${stage.server.url}/admin/users`);
  });

  it('is not framed by anybody', async () => {
    const framing = await stage.browser.newPage();
    await framing.route('http://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${stage.server.url}/admin"></iframe>` }),
    );
    await framing.goto('http://elsewhere.example/');
    await expect.poll(() => framing.frames()[1]?.url(), { timeout: 5_000 }).toMatch(/^chrome-error:/);
    await framing.close();
  });

  it('leaves no key, password or token in the log of the server, and the browser nothing to complain of', async () => {
    stage.server.signal('SIGTERM');
    const { stderr } = await stage.server.finished;
    for (const secret of [apiKey, ada.password, administrator.password, 'token=']) expect(stderr).not.toContain(secret);
    // That the page may not be framed is what the browser has to say of the one that tried.
    expect(
      stage.browser.complaints.filter(
        (text) => !/frame-ancestors|X-Frame-Options|Refused to (frame|display)|Framing/i.test(text),
      ),
    ).toEqual([]);
  });
});
