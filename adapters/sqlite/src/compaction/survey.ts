/** The keys whose hash leaves `residue` when it is divided by `modulus`. */
interface Part {
  readonly modulus: number;
  readonly residue: number;
  /** Changes from this position on were told of in an earlier pass. */
  readonly toldFrom: number;
}

/** More keys than this are looked at in several passes, so that a large log needs no more memory: some 30 MB. */
const keysAtOnce = 250_000;

/** Enough for 2^34 keys; keys that were chosen to share a hash end here. */
const mostParts = 2 ** 16;

/** FNV-1a */
const hash = (key: string): number => {
  let sum = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) sum = Math.imul(sum ^ key.charCodeAt(index), 0x01000193);
  return sum >>> 0;
};

const isIn = (key: string, { modulus, residue }: Part): boolean => modulus === 1 || hash(key) % modulus === residue;

/** Tells the last change of each key from those that it superseded, of changes that are looked at from the last one on. */
export interface Survey {
  /** Each change is told of once; null: in another pass. */
  look(key: string, position: number): 'last' | 'superseded' | null;
  /** After the first change of the log. @returns whether another pass must begin, with the last change again. */
  endPass(): boolean;
}

export const createSurvey = (most = keysAtOnce): Survey => {
  const waiting: Part[] = [];
  let part: Part = { modulus: 1, residue: 0, toldFrom: Number.POSITIVE_INFINITY };
  let seen = new Set<string>();

  /** Leaves one half of the part for a later pass. */
  const halve = (position: number): void => {
    const modulus = part.modulus * 2;
    const toldFrom = Math.min(part.toldFrom, position);
    waiting.push({ modulus, residue: part.residue + part.modulus, toldFrom });
    part = { ...part, modulus };
    for (const key of seen) if (!isIn(key, part)) seen.delete(key);
  };

  return {
    look(key, position) {
      if (!isIn(key, part)) return null;
      const found = seen.has(key) ? 'superseded' : 'last';
      const isTold = position >= part.toldFrom;
      if (found === 'last') seen.add(key);
      if (seen.size > most && part.modulus < mostParts) halve(position);
      return isTold ? null : found;
    },

    endPass() {
      const next = waiting.pop();
      seen = new Set();
      part = next ?? part;
      return next !== undefined;
    },
  };
};
