import {
  type App,
  type Audit,
  type AuditOrigin,
  appKind,
  type Clock,
  createCollection,
  type Found,
  type Log,
  operator,
  type Random,
  type RecordPut,
  type Records,
  randomUuid,
} from '@synckeep/core';
import { AccountError } from '../account-error.js';
import { checkEmail } from '../check-email.js';
import type { Links } from '../links/links.js';
import type { Letters } from '../mail/letters.js';
import type { Outbox } from '../mail/outbox.js';
import type { PageUrls } from '../page-urls.js';
import type { PasswordHasher } from '../password-hasher.js';
import { checkPassword } from '../password-rules.js';
import { toUserOrigin } from '../user-origin.js';
import type { Users } from '../users.js';

/** What a person needs to see of an app before registering for it. */
export interface RegistrationApp {
  readonly id: string;
  readonly name: string;
  readonly registration: App['registration'];
}

/**
 * How people get accounts by themselves. An account is made only by whoever has a link that went to its e-mail address,
 * so nobody can take somebody else's address, and no unconfirmed account exists.
 */
export interface Registration {
  /** null when there is no such app. */
  findApp(appId: string): Promise<RegistrationApp | null>;
  /**
   * Sends a link to the address, or word that it has an account, in the background: nobody learns which. Sends nothing
   * unless registration for the app is open and mail is configured. @throws AccountError `invalid_email`
   */
  request(appId: string, email: string): void;
  /**
   * Makes a link by which this address may register for the app, whose registration must not be closed; it is sent there
   * too if told so. Works for `seconds`. `origin`: whom the audit log names; the operator by default.
   * @throws AccountError `invalid_email`, `email_taken`, `unknown_app`, `registration_closed`
   */
  invite(
    appId: string,
    email: string,
    options: { readonly seconds: number; readonly send: boolean; readonly origin?: AuditOrigin },
  ): Promise<string>;
  /** null when the link is used up, too old or of an app whose registration was closed since. */
  find(token: string): Promise<{ readonly email: string; readonly app: RegistrationApp } | null>;
  /**
   * Makes the user and uses up the link. null when the link does not work any more.
   * @throws AccountError `email_taken`, or what is wrong with the password (`password_…`); SyncError `unavailable`
   */
  complete(
    token: string,
    password: string,
    address: string | null,
  ): Promise<{ readonly userId: string; readonly app: RegistrationApp } | null>;
}

const day = 86_400;

/** How long an invitation works, unless somebody says otherwise. */
export const invitationSeconds = 7 * day;

export const createRegistration = (deps: {
  readonly records: Records;
  readonly users: Users;
  readonly links: Links;
  readonly outbox: Outbox;
  readonly letters: Letters;
  readonly urls: PageUrls;
  readonly hasher: PasswordHasher;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): Registration => {
  const { records, users, links, outbox, letters, urls, hasher, audit, clock, random, log } = deps;
  const apps = createCollection(records, clock, appKind);

  const toApp = ({ key, value: { name, registration } }: Found<App>): RegistrationApp => ({
    id: key,
    name,
    registration,
  });

  const createLink = (app: Found<App>, email: string, seconds: number, ...entries: readonly RecordPut[]) =>
    links.create({ purpose: 'register', userId: null, appId: app.key, email }, seconds, [
      // Whoever deletes an app deletes its links too, and must not be overtaken.
      apps.check(app.key, app.version),
      ...entries,
    ]);

  const open = async (token: string) => {
    const link = await links.find('register', token);
    const app = link?.value.appId ? await apps.get(link.value.appId) : null;
    return link && app && app.value.registration !== 'closed' ? { link, app } : null;
  };

  return {
    async findApp(appId) {
      const app = await apps.get(appId);
      return app && toApp(app);
    },
    request(appId, text) {
      const email = text.trim();
      checkEmail(email);
      outbox.post(async () => {
        const app = await apps.get(appId);
        if (app?.value.registration !== 'open') return null;
        if ((await users.findByEmail(email)) !== null) return letters.alreadyRegistered(email, urls.forgot());
        const token = await createLink(app, email, day);
        return token === null ? null : letters.registration(email, app.value.name, urls.register(token));
      });
    },
    async invite(appId, text, { seconds, send, origin = operator }) {
      const email = text.trim();
      checkEmail(email);
      const app = await apps.get(appId);
      if (app === null) throw new AccountError('unknown_app');
      if (app.value.registration === 'closed') throw new AccountError('registration_closed');
      if ((await users.findByEmail(email)) !== null) throw new AccountError('email_taken');
      const entry = audit.entry({ ...origin, action: 'user.invite', appId, subject: { kind: 'app', id: appId } });
      const token = await createLink(app, email, seconds, entry);
      if (token === null) throw new AccountError('unknown_app');
      const link = urls.register(token);
      if (send) outbox.post(async () => letters.invitation(email, app.value.name, link));
      log.info({ appId }, 'user invited');
      return link;
    },
    async find(token) {
      const opened = await open(token);
      return opened && { email: opened.link.value.email, app: toApp(opened.app) };
    },
    async complete(token, password, address) {
      const opened = await open(token);
      if (opened === null) return null;
      const { link, app } = opened;
      const { email } = link.value;
      await checkPassword(password, email);
      const now = clock.now();
      const userId = randomUuid(random);
      const passwordHash = await hasher.hash(password);
      const user = { email, passwordHash, generation: 1, disabled: false, createdAt: now, verifiedAt: now };
      const isMade = await users.add(userId, user, [
        links.use(link),
        apps.check(app.key, app.version),
        audit.entry({
          ...toUserOrigin(userId, address),
          action: 'user.register',
          appId: app.key,
          subject: { kind: 'user', id: userId },
        }),
      ]);
      if (!isMade) return null;
      log.info({ userId, appId: app.key }, 'user registered');
      return { userId, app: toApp(app) };
    },
  };
};
