import { Refusal } from '../refusal.js';

/** A file of a backup that is missing or is not what was written. The sentence names it. */
export class DamageError extends Refusal {}

export const damaged = (key: string, what: string, cause?: unknown): DamageError =>
  new DamageError(`The file ${key} of the backup ${what}.`, { cause });
