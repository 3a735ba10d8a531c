import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Refusal } from './refusal.js';

const readStdin = async (): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  // The line break is the shell's, not the password's.
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
};

/** Asks without echo: the line editor draws into nothing. */
const ask = async (question: string): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const interrupted = new Promise<never>((_resolve, reject) => {
    line.once('SIGINT', () => reject(new Refusal('Nothing was changed.')));
    line.once('close', () => reject(new Refusal('Nothing was changed.')));
  });
  process.stderr.write(question);
  try {
    return await Promise.race([line.question(''), interrupted]);
  } finally {
    line.close();
    process.stderr.write('\n');
  }
};

/** A password from standard input, or asked for twice on a terminal. @throws Refusal */
export const readPassword = async ({ fromStdin }: { readonly fromStdin: boolean }): Promise<string> => {
  if (fromStdin) return readStdin();
  if (!process.stdin.isTTY) throw new Refusal('Give the password on standard input and say --password-stdin.');
  const password = await ask('Password: ');
  if ((await ask('The same again: ')) !== password) throw new Refusal('The two passwords differ. Nothing was changed.');
  return password;
};
