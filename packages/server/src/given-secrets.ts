import { createHash } from 'node:crypto';
import type { Secret } from '@synckeep/core';
import { Refusal } from './refusal.js';
import type { OpenedSecrets } from './secret.js';

const shortest = 32;
/** Fewer than 32 random hex digits ever have, and more than "changeme" over and over has. */
const fewestCharacters = 8;

const isUnpredictable = (text: string): boolean =>
  text.length >= shortest && new Set(text).size >= fewestCharacters && !/\s/.test(text);

const toSecret = (text: string): Secret => ({
  id: createHash('sha256').update(`synckeep secret id ${text}`).digest('hex').slice(0, 12),
  bytes: Buffer.from(text, 'utf8'),
});

/** The secrets of SYNCKEEP_SECRET: texts separated by commas, the first of which signs; undefined when one is no good. */
export const parseSecrets = (text: string): readonly Secret[] | undefined => {
  const texts = [...new Set(text.split(',').map((part) => part.trim()))];
  return texts.every(isUnpredictable) ? texts.map(toSecret) : undefined;
};

/** Secrets that whoever started the process gave to it. */
export const openGivenSecrets = (secrets: readonly Secret[]): OpenedSecrets => ({
  secrets: { list: () => secrets },
  async rotate() {
    throw new Refusal('The secrets are those of SYNCKEEP_SECRET. Put a new one into it as docs/operate.md says.');
  },
  text: () => null,
  async close() {},
});
