import { randomBytes } from 'node:crypto';
import type { Secret, Secrets } from '@synckeep/core';

export type Reseal = (made: Secret, old: readonly Secret[]) => Promise<void>;

/** The signing secrets of this process, wherever they are kept. */
export interface OpenedSecrets {
  readonly secrets: Secrets;
  /**
   * Makes a new secret; the old ones stay, so that what they signed stays good, unless `dropOld`. Before they are dropped
   * `reseal` seals anew, with the made one, what must outlive them; when that fails they stay.
   * @returns its id. @throws Refusal where secrets cannot be made.
   */
  rotate(options: { readonly dropOld: boolean; readonly reseal?: Reseal }): Promise<string>;
  /** As the secret file has them, for a backup; null when they were given from outside. */
  text(): string | null;
  close(): Promise<void>;
}

const pattern = /^([A-Za-z0-9_-]{1,64}) ((?:[0-9a-f]{2}){32,128})$/;

/** A line of a secret file: `kid hex`. undefined when it is none. */
export const fromSecretLine = (line: string): Secret | undefined => {
  const [, id, hex] = pattern.exec(line.trim()) ?? [];
  return id === undefined || hex === undefined ? undefined : { id, bytes: Buffer.from(hex, 'hex') };
};

/** The lines of a secret file, newest first. */
export const toSecretText = (secrets: readonly Secret[]): string =>
  secrets.map(({ id, bytes }) => `${id} ${Buffer.from(bytes).toString('hex')}\n`).join('');

export const createSecret = (): Secret => ({ id: randomBytes(6).toString('hex'), bytes: randomBytes(32) });

/** The secrets just read; whoever holds on to one that was known before finds the same object again. */
export const keepSecrets = (known: readonly Secret[], read: readonly Secret[]): readonly Secret[] =>
  read.map(
    (secret) => known.find(({ id, bytes }) => id === secret.id && Buffer.compare(bytes, secret.bytes) === 0) ?? secret,
  );
