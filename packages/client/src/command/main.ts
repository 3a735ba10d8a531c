import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { version } from '@synckeep/protocol/constants';
import { ApiError } from '../api/error.js';
import { ClientError } from '../client/client-error.js';
import { CryptoError } from '../crypto/index.js';
import { KeysError } from '../keys/index.js';
import { CommandError } from './command-error.js';
import { commands } from './commands.js';

const help = `synckeep-client: read and write encrypted tables from a shell

  login --url <server> --api-key <key> --email <email>   log in, make or unlock the key
  login --url <server> --api-key <key> --browser          log in through a browser
  put <table> <id> <json>                                 insert or replace a row
  get <table> [id]                                        print one row, or all, as JSON lines
  delete <table> <id>                                     delete a row
  watch <table>                                           print rows as they change, until stopped
  rotate                                                  make a new key and encrypt everything again
  status                                                  account, what waits, what is in quarantine
  answer-reset keep|discard                               after the log was reset on another device

  --folder <path>   where the account is kept; ~/.synckeep-client, or SYNCKEEP_CLIENT_FOLDER
  --offline         put, get, delete and status: without the server

Passwords are asked for, or taken from SYNCKEEP_PASSWORD and SYNCKEEP_PASSPHRASE. The key is kept in the folder.`;

const options = {
  url: { type: 'string' },
  'api-key': { type: 'string' },
  email: { type: 'string' },
  browser: { type: 'boolean' },
  folder: { type: 'string' },
  offline: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

/** A line that is typed without being shown, or read from what is piped in. */
const ask = async (question: string): Promise<string> => {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
};

const isForPeople = (error: unknown): error is Error =>
  [CommandError, ApiError, ClientError, CryptoError, KeysError].some((kind) => error instanceof kind);

/** @returns the exit code */
export const main = async (args: readonly string[]): Promise<number> => {
  const leave = new AbortController();
  const onSignal = (): void => leave.abort(new CommandError('Stopped.'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name = '', ...words] = positionals;
    if (values.version) process.stdout.write(`${version}\n`);
    if (values.help || (name === '' && !values.version)) process.stdout.write(`${help}\n`);
    if (values.help || values.version || name === '') return 0;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new CommandError(`There is no command "${name}". See \`synckeep-client --help\`.`);
    await command({
      folder: values.folder ?? process.env['SYNCKEEP_CLIENT_FOLDER'] ?? join(homedir(), '.synckeep-client'),
      words,
      flags: values,
      print: (text) => process.stdout.write(`${text}\n`),
      note: (text) => process.stderr.write(`${text}\n`),
      secret: async (variable, question) => process.env[variable] ?? ask(question),
      signal: leave.signal,
    });
    return 0;
  } catch (error) {
    const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    if (!isForPeople(error) && !isUsage) throw error;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
};
