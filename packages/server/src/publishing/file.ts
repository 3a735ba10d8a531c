import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, Refusal } from '../refusal.js';

export interface File {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Reads a file once to tell its hash. @throws Refusal when there is none */
export const readFileFacts = async (path: string): Promise<File> => {
  const hash = createHash('sha256');
  try {
    const { size } = await stat(path);
    await pipeline(createReadStream(path), hash);
    return { path, size, sha256: hash.digest('hex') };
  } catch (cause) {
    throw new Refusal(`${path} cannot be read (${codeOf(cause)}).`, { cause });
  }
};

/** Sends a file to a signed URL, with its length announced, as object stores demand. @throws Refusal */
export const putFile = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  { path, size }: File,
  onProgress: (sent: number) => void,
): Promise<void> => {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const sending = request(url, { method: 'PUT', headers: { ...headers, 'content-length': size } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve).once('error', reject);
  });
  // Whatever goes wrong is told once, below.
  answered.catch(() => {});
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(sent);
      done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), counted, sending);
    const answer = await answered;
    answer.resume();
    if (answer.statusCode !== 200) throw new Refusal(`The upload of ${path} was answered ${answer.statusCode}.`);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(`The upload of ${path} broke off (${codeOf(cause)}). Repeat the command.`, { cause });
  }
};
