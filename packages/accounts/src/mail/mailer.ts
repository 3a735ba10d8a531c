export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/** Sends mail. */
export interface Mailer {
  /** Resolves when a server took the mail. @throws what went wrong; `isLasting` when trying again is no use */
  send(mail: Mail): Promise<void>;
  /** Ends what is kept open. */
  close(): void;
}

/** A mail that no server will ever take. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}
