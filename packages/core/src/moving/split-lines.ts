import { longestLine } from './format.js';
import { joinBytes } from './join-bytes.js';
import { MovingError } from './moving-error.js';

const lineBreak = 0x0a;

/**
 * The lines of a stream, each with its line break, whatever the parts are that it comes in. Holds no more than one line.
 * @throws MovingError when a line is longer than any can be, or the last one has no line break
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array): void => {
    length += part.length;
    if (length > longestLine) throw new MovingError('A line of the stream is longer than any line of an export.');
    parts.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineBreak); end >= 0; end = chunk.indexOf(lineBreak, start)) {
      take(chunk.subarray(start, end + 1));
      yield joinBytes(parts, length);
      parts = [];
      length = 0;
      start = end + 1;
    }
    // A copy: whoever reads a file may use the same memory for the next part.
    if (start < chunk.length) take(chunk.slice(start));
  }
  if (length > 0) throw new MovingError('The stream is cut off in the middle of a line.');
}
