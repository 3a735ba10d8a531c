import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { formatVersion, type Header, headerSchema, type Line, lineSchema } from './format.js';
import { MovingError } from './moving-error.js';
import { splitLines } from './split-lines.js';

/** The lines of an export, each checked by itself. What lines must say together is for the reader's caller to check. */
export interface LineReader {
  /** The first line. @throws MovingError when this is no export, or one of another format. */
  header(): Promise<Header>;
  /** The next line. The end comes only after its sum was compared, and when nothing follows. @throws MovingError */
  next(): Promise<Line>;
  /** Says that the stream cannot be used, and where. */
  refuse(why: string): MovingError;
}

const versionSchema = z.object({ synckeep_export: z.int() });
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param onLine called before each line is asked for */
export const createLineReader = (chunks: AsyncIterable<Uint8Array>, onLine: () => void = () => {}): LineReader => {
  const lines = splitLines(chunks);
  const sum = sha256.create();
  let count = 0;

  const refuse = (why: string): MovingError =>
    new MovingError(`The stream cannot be imported: line ${count} ${why}. Nothing of it was kept.`);

  const nextLine = async (): Promise<{ bytes: Uint8Array; value: unknown } | null> => {
    const { done, value: bytes } = await lines.next();
    if (done) return null;
    count += 1;
    try {
      return { bytes, value: JSON.parse(decoder.decode(bytes)) };
    } catch {
      throw refuse('is not JSON in UTF-8');
    }
  };

  const parseLine = (value: unknown) => {
    try {
      return lineSchema.safeParse(value);
    } catch (error) {
      if (error instanceof RangeError) throw refuse('is nested too deeply');
      throw error;
    }
  };

  const checkEnd = async (end: Line & { readonly type: 'end' }): Promise<void> => {
    const isWhole = end.lines === count - 1 && end.sha256 === bytesToHex(sum.digest());
    if (!isWhole) throw refuse('does not fit what came before it: the stream was changed on its way');
    if ((await nextLine()) !== null) throw refuse('comes after the end');
  };

  return {
    refuse,

    async header() {
      const first = await nextLine();
      const version = versionSchema.safeParse(first?.value).data?.synckeep_export;
      if (!first || version === undefined) throw new MovingError('This is no export of Synckeep.');
      if (version !== formatVersion) {
        throw new MovingError(
          `This export has format ${version}, and this release reads format ${formatVersion}. Import it with the release that made it.`,
        );
      }
      const header = headerSchema.safeParse(first.value);
      if (!header.success) throw refuse('is no header of an export');
      sum.update(first.bytes);
      return header.data;
    },

    async next() {
      onLine();
      const found = await nextLine();
      if (!found) throw new MovingError('The stream is cut off: its last line is missing. Nothing of it was kept.');
      const parsed = parseLine(found.value);
      // Where, not what: a line may hold what no message may.
      if (!parsed.success) throw refuse(`has no valid "${parsed.error.issues[0]?.path.join('.') || 'type'}"`);
      const line = parsed.data;
      if (line.type === 'end') await checkEnd(line);
      else if (line.type !== 'bytes') sum.update(found.bytes);
      return line;
    },
  };
};
