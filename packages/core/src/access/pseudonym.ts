import { keyedDigest, randomHex } from '../digest.js';
import type { Clock, Random, Records } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { saltKind } from '../records/small-kinds.js';

/** Turns a user id into what may stay of it after an erase: an HMAC under random bytes of this installation. */
export const createPseudonyms = (records: Records, clock: Clock, random: Random) => {
  const salts = createCollection(records, clock, saltKind);
  let salt: Promise<string> | undefined;

  const read = async (): Promise<string> => {
    const present = await salts.get('pseudonym');
    if (present) return present.value.hex;
    // Two processes at once: the first one wins, both read what is there.
    await records.transact(
      [salts.put('pseudonym', { hex: randomHex(random, 32) }, { condition: 'absent' })],
      clock.now(),
    );
    const made = await salts.get('pseudonym');
    if (!made) throw new Error('The salt of this installation could not be stored.');
    return made.value.hex;
  };

  return async (userId: string): Promise<string> => {
    salt ??= read();
    try {
      return keyedDigest(await salt, userId);
    } catch (fault) {
      salt = undefined;
      throw fault;
    }
  };
};

export type Pseudonyms = ReturnType<typeof createPseudonyms>;
