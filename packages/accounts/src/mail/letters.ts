import type { Mail } from './mailer.js';

/** What is common to all letters of a server. */
export interface Letterhead {
  readonly serviceName: string;
  /** Where the pages are: `https://sync.example.org`. */
  readonly url: string;
}

const toText = ({ serviceName, url }: Letterhead, ...paragraphs: readonly string[]): string =>
  `${[...paragraphs, `-- \n${serviceName}\n${url}`].join('\n\n')}\n`;

const ignore = 'If this was not you, do nothing: without this link nothing happens.';

/** The letters that the server writes. Each says who asked for what, and what to do if it was somebody else. */
export const createLetters = (head: () => Letterhead) => {
  const write = (to: string, subject: string, ...paragraphs: readonly string[]): Mail => ({
    to,
    subject,
    text: toText(head(), ...paragraphs),
  });
  const name = () => head().serviceName;
  return {
    registration: (to: string, app: string, link: string): Mail =>
      write(
        to,
        `Finish your account at ${name()}`,
        `Somebody, probably you, asked for an account at ${name()} for the app "${app}", with this address.`,
        `To choose a password and finish, open this link within 24 hours:\n${link}`,
        ignore,
      ),
    invitation: (to: string, app: string, link: string): Mail =>
      write(
        to,
        `You are invited to ${name()}`,
        `You are invited to make an account at ${name()} for the app "${app}".`,
        `To choose a password and finish, open this link:\n${link}`,
        'If you do not know what this is about, do nothing.',
      ),
    alreadyRegistered: (to: string, forgotLink: string): Mail =>
      write(
        to,
        `Your account at ${name()}`,
        `Somebody, probably you, asked for an account at ${name()} with this address. There is one already: log in with it.`,
        `If you do not remember the password, choose another one here:\n${forgotLink}`,
        'If this was not you, do nothing. Nobody learned that the account exists.',
      ),
    reset: (to: string, link: string): Mail =>
      write(
        to,
        `Choose a new password for ${name()}`,
        `Somebody, probably you, asked for a new password of your account at ${name()}.`,
        `To choose one, open this link within an hour:\n${link}`,
        'Your encrypted data stays as it is: this password does not open it.',
        ignore,
      ),
    passwordChanged: (to: string, forgotLink: string): Mail =>
      write(
        to,
        `Your password at ${name()} was changed`,
        `The password of your account at ${name()} was changed just now.`,
        `If this was not you, take the account back at once:\n${forgotLink}`,
      ),
    verification: (to: string, link: string): Mail =>
      write(
        to,
        `Confirm your address for ${name()}`,
        `To confirm that this address belongs to your account at ${name()}, open this link within 24 hours:\n${link}`,
        ignore,
      ),
    changeOld: (to: string, newEmail: string, link: string): Mail =>
      write(
        to,
        `Move your account at ${name()} to another address?`,
        `Somebody, probably you, wants to move your account at ${name()} from this address to ${newEmail}. Both addresses have to agree.`,
        `To agree, open this link within 24 hours:\n${link}`,
        'If this was not you, somebody knows your password: do not open the link, and change the password.',
      ),
    changeNew: (to: string, link: string): Mail =>
      write(
        to,
        `Use this address for your account at ${name()}?`,
        `Somebody, probably you, wants to use this address for an account at ${name()}.`,
        `To agree, open this link within 24 hours:\n${link}`,
        ignore,
      ),
  };
};

export type Letters = ReturnType<typeof createLetters>;
