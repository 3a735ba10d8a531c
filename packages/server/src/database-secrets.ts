import { type Clock, createCollection, defineKind, type Log, type Records, type Secret } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { z } from 'zod';
import { createSecret, keepSecrets, type OpenedSecrets, toSecretText } from './secret.js';

/** The signing secrets of all processes on one database, newest first, in one record. */
export const secretKind = defineKind({
  name: 'secret',
  schema: z.object({
    secrets: z.array(z.object({ id: z.string(), hex: z.string().regex(/^(?:[0-9a-f]{2}){32,128}$/) })).min(1),
  }),
});
const key = 'signing';

const toStored = ({ id, bytes }: Secret) => ({ id, hex: Buffer.from(bytes).toString('hex') });

/** Puts secrets where none are in use yet: those of a backup. */
export const restoreDatabaseSecrets = async (
  records: Records,
  clock: Clock,
  secrets: readonly Secret[],
): Promise<void> => {
  const collection = createCollection(records, clock, secretKind);
  await records.transact([collection.put(key, { secrets: secrets.map(toStored) })], clock.now());
};

/** Milliseconds from the beginning of one look at the record to the next. */
const pace = 1_000;
/** A look without an answer for so many milliseconds is not waited for any more. */
const patience = 10_000;
/** Without a look that began within so many milliseconds, this process does not know what is dropped or new. */
const trusted = 4_000;
/**
 * A process signs with a new secret so many milliseconds after it saw it. Whoever is still trusted then has looked in
 * between, and so knows the secret. No two clocks are compared.
 */
const settled = 5_000;

export interface DatabaseSecretsOptions {
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The secrets in the records of a storage, for processes that share nothing else: made by whichever comes first, looked
 * at once a second. A new one verifies as soon as it is seen and signs when every process knows it; a dropped one is
 * refused within a second. While the database cannot be asked, the last known ones stay in use for 4 s, and from then on
 * `list` throws SyncError `unavailable`: nothing is signed or verified with what may have been dropped.
 */
export const openDatabaseSecrets = async (options: DatabaseSecretsOptions): Promise<OpenedSecrets> => {
  const { records, clock, log } = options;
  const collection = createCollection(records, clock, secretKind);

  const find = async () => {
    const found = await collection.get(key);
    if (found === null)
      throw new Error('The signing secrets are gone from the database. Restart to have new ones made.');
    return found;
  };
  const put = async (secrets: readonly Secret[], condition: 'absent' | number): Promise<boolean> => {
    const value = { secrets: secrets.map(toStored) };
    const { done } = await records.transact([collection.put(key, value, { condition })], clock.now());
    return done;
  };
  const read = async (): Promise<{ readonly secrets: readonly Secret[]; readonly version: number }> => {
    const { value, version } = await find();
    return { secrets: value.secrets.map(({ id, hex }) => ({ id, bytes: Buffer.from(hex, 'hex') })), version };
  };

  // Nothing happens when another process was faster.
  if ((await collection.get(key)) === null) await put([createSecret()], 'absent');
  let lookedAt = clock.now();
  let { secrets: known } = await read();
  // The newest one may have been made a moment ago, when nobody else knows it.
  let signer = known[1] ?? known[0];

  const signLater = (secret: Secret | undefined): void => {
    clock.after(settled, () => {
      if (secret && known.includes(secret)) signer = secret;
    });
  };
  signLater(known[0]);

  const accept = (secrets: readonly Secret[]): void => {
    const before = known;
    known = keepSecrets(before, secrets);
    const [newest] = known;
    if (signer && !known.includes(signer)) signer = known.find((secret) => before.includes(secret)) ?? newest;
    if (newest && newest !== signer && !before.includes(newest)) signLater(newest);
  };

  let looks = 0;
  let answered = 0;
  let isFailing = false;
  /** null when no look is under way. */
  let waitingSince: number | null = null;

  const look = async (): Promise<void> => {
    looks += 1;
    const turn = looks;
    const began = clock.now();
    waitingSince = began;
    try {
      const { secrets } = await read();
      // An answer may come so late that another look was quicker.
      if (turn < answered) return;
      answered = turn;
      lookedAt = began;
      accept(secrets);
      if (isFailing) log.info({}, 'The signing secrets can be read again.');
      isFailing = false;
    } catch (error) {
      if (turn < answered) return;
      if (!isFailing) log.error({ err: error }, 'The signing secrets cannot be read from the database.');
      isFailing = true;
    } finally {
      if (turn === looks) waitingSince = null;
    }
  };

  let cancel = (): void => {};
  const tick = (): void => {
    cancel = clock.after(pace, tick);
    const isWaiting = waitingSince !== null && Math.abs(clock.now() - waitingSince) < patience;
    if (!isWaiting) void look();
  };
  cancel = clock.after(pace, tick);

  return {
    secrets: {
      list() {
        // A clock that was set back is no reason to trust for longer.
        if (Math.abs(clock.now() - lookedAt) > trusted) throw new SyncError('unavailable', { retryAfter: 1 });
        return signer ? [signer, ...known.filter((secret) => secret !== signer)] : known;
      },
    },
    async rotate({ dropOld, reseal }) {
      const made = createSecret();
      const write = async (change: (secrets: readonly Secret[]) => readonly Secret[]): Promise<readonly Secret[]> => {
        for (;;) {
          const { secrets, version } = await read();
          // Else another process has rotated meanwhile, and its secret must not be lost.
          if (await put(change(secrets), version)) return secrets;
        }
      };
      const old = await write((secrets) => [made, ...secrets]);
      if (!dropOld) return made.id;
      await reseal?.(made, old);
      await write(() => [made]);
      return made.id;
    },
    text: () => toSecretText(known),
    async close() {
      cancel();
    },
  };
};
