/**
 * How many different texts were seen, without keeping them (HyperLogLog): sketches of several processes merge into one,
 * whatever both have seen counts once, and merging again changes nothing. A few hundred are counted in 2^14 registers,
 * which is as good as exactly; more of them in 2^10, within some 3 %.
 */
export interface Sketch {
  indexBits: number;
  /** Ranks of the registers that are set, by index. */
  ranks: Map<number, number>;
}

const fineBits = 14;
const coarseBits = 10;
const registers = 2 ** coarseBits;
/** Three digits of an index and one of a rank. */
const digits = 4;
const mostFine = registers / digits;

export const createSketch = (): Sketch => ({ indexBits: fineBits, ranks: new Map() });

/** 32 well-mixed bits (FNV-1a with the finalizer of MurmurHash3). */
const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** One more than how many of the first of `width` bits are 0. */
const rankOf = (bits: number, width: number): number => Math.min(Math.clz32(bits << (32 - width)), width) + 1;

const raise = ({ ranks }: Sketch, index: number, rank: number): void => {
  if (rank > (ranks.get(index) ?? 0)) ranks.set(index, rank);
};

/** The same in fewer registers: bits of the index that are not needed any more become bits that rank. */
const coarsen = (sketch: Sketch): void => {
  if (sketch.indexBits === coarseBits) return;
  const width = fineBits - coarseBits;
  const fine = sketch.ranks;
  sketch.indexBits = coarseBits;
  sketch.ranks = new Map();
  for (const [index, rank] of fine) {
    const low = index & (2 ** width - 1);
    raise(sketch, index >>> width, low === 0 ? width + rank : rankOf(low, width));
  }
};

const keepSmall = (sketch: Sketch): void => {
  if (sketch.ranks.size > mostFine) coarsen(sketch);
};

export const see = (sketch: Sketch, text: string): void => {
  const bits = hash(text);
  const width = 32 - sketch.indexBits;
  raise(sketch, bits >>> width, rankOf(bits, width));
  keepSmall(sketch);
};

export const mergeSketch = (into: Sketch, from: Sketch): void => {
  const other: Sketch = { ...from };
  if (into.indexBits !== other.indexBits) for (const each of [into, other]) coarsen(each);
  for (const [index, rank] of other.ranks) raise(into, index, rank);
  keepSmall(into);
};

export const estimate = ({ indexBits, ranks }: Sketch): number => {
  const size = 2 ** indexBits;
  const empty = size - ranks.size;
  let sum = empty;
  for (const rank of ranks.values()) sum += 2 ** -rank;
  const raw = ((0.7213 / (1 + 1.079 / size)) * size ** 2) / sum;
  return Math.round(raw <= 2.5 * size && empty > 0 ? size * Math.log(size / empty) : raw);
};

/** Begins the text of a coarse sketch: no digit. */
const coarseMark = '-';

/** Four digits for each register of a fine sketch that is set, one digit for every register of a coarse one. */
export const toText = ({ indexBits, ranks }: Sketch): string =>
  indexBits === fineBits
    ? [...ranks].map(([index, rank]) => index.toString(36).padStart(3, '0') + rank.toString(36)).join('')
    : coarseMark + Array.from({ length: registers }, (_, index) => (ranks.get(index) ?? 0).toString(36)).join('');

export const fromText = (text: string): Sketch => {
  const sketch = createSketch();
  if (!text.startsWith(coarseMark)) {
    for (let i = 0; i < text.length; i += digits) {
      sketch.ranks.set(Number.parseInt(text.slice(i, i + 3), 36), Number.parseInt(text.charAt(i + 3), 36));
    }
    return sketch;
  }
  sketch.indexBits = coarseBits;
  for (let index = 0; index < registers; index++) {
    const rank = Number.parseInt(text.charAt(index + 1), 36);
    if (rank > 0) sketch.ranks.set(index, rank);
  }
  return sketch;
};
