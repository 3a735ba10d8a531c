import { logInByLoopback } from '../auth/loopback.js';
import { createRecoveryCode } from '../crypto/index.js';
import { CommandError } from './command-error.js';
import { type CommandClient, withClient, writeConfig } from './open-folder.js';
import { syncOnce } from './sync-once.js';

/** What a command works with: its words and flags, and the world around it. */
export interface CommandInput {
  readonly folder: string;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly print: (text: string) => void;
  /** For the person, beside the output. */
  readonly note: (text: string) => void;
  /** A secret by the name of its variable of the environment, or asked for. */
  readonly secret: (variable: string, question: string) => Promise<string>;
  /** Ends a command that runs until it is told to stop. */
  readonly signal: AbortSignal;
}

export type Command = (input: CommandInput) => Promise<void>;

const word = ({ words }: CommandInput, index: number, name: string): string => {
  const found = words[index];
  if (found === undefined) throw new CommandError(`<${name}> is missing. See \`synckeep-client --help\`.`);
  return found;
};

const flag = ({ flags }: CommandInput, name: string): string => {
  const found = flags[name];
  if (typeof found !== 'string') throw new CommandError(`--${name} is missing. See \`synckeep-client --help\`.`);
  return found;
};

const syncUnlessOffline = async ({ flags }: CommandInput, client: CommandClient): Promise<void> => {
  if (flags['offline'] !== true) await syncOnce(client);
};

const openKeys = async ({ secret, note }: CommandInput, { keys }: CommandClient): Promise<void> => {
  if (await keys.refresh()) return;
  const passphrase = await secret('SYNCKEEP_PASSPHRASE', 'Passphrase: ');
  if (keys.state.kind !== 'absent') {
    await keys.unlock({ passphrase });
    return;
  }
  const recoveryCode = createRecoveryCode();
  await keys.setUp({ passphrase, recoveryCode });
  note(`Recovery code, shown only now: ${recoveryCode}`);
};

const login: Command = async (input) => {
  await writeConfig(input.folder, { url: flag(input, 'url'), apiKey: flag(input, 'api-key') });
  await withClient(input.folder, ['none'], async (client) => {
    if (input.flags['browser'] === true) {
      const open = (url: string) => input.note(`Open this address to log in:\n${url}`);
      await client.session.adopt(await logInByLoopback(client.oauth, { open, signal: input.signal }));
    } else {
      const password = await input.secret('SYNCKEEP_PASSWORD', 'Password: ');
      await client.session.logIn({ email: flag(input, 'email'), password });
    }
    await openKeys(input, client);
  });
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readRow = (id: string, json: string): { readonly id: string } => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new CommandError('<json> is not JSON.', { cause: error });
  }
  if (!isRecord(value)) throw new CommandError('<json> must be an object.');
  return { ...value, id };
};

const put: Command = async (input) => {
  const [table, id] = [word(input, 0, 'table'), word(input, 1, 'id')];
  const row = readRow(id, word(input, 2, 'json'));
  await withClient(input.folder, [table], async (client) => {
    await client.table(table).put(row);
    await syncUnlessOffline(input, client);
  });
};

const remove: Command = async (input) => {
  const [table, id] = [word(input, 0, 'table'), word(input, 1, 'id')];
  await withClient(input.folder, [table], async (client) => {
    await client.table(table).delete(id);
    await syncUnlessOffline(input, client);
  });
};

const get: Command = async (input) => {
  const table = word(input, 0, 'table');
  const id = input.words[1];
  await withClient(input.folder, [table], async (client) => {
    await syncUnlessOffline(input, client);
    const rows = id === undefined ? await client.table(table).query() : [await client.table(table).get(id)];
    if (rows[0] === null) throw new CommandError(`There is no row "${id}" in ${table}.`);
    for (const row of rows) input.print(JSON.stringify(row));
  });
};

/** Prints the rows of a table now, and each row that changes from now on. */
const watch: Command = async (input) => {
  const table = word(input, 0, 'table');
  await withClient(input.folder, [table], async (client) => {
    const shown = new Map<string, string>();
    const subscription = client
      .table(table)
      .observe()
      .subscribe((rows) => {
        const present = new Set(rows.map(({ id }) => id));
        for (const row of rows) {
          const text = JSON.stringify(row);
          if (shown.get(row.id) !== text) input.print(text);
          shown.set(row.id, text);
        }
        for (const id of shown.keys()) {
          if (present.has(id)) continue;
          input.print(JSON.stringify({ id, deleted: true }));
          shown.delete(id);
        }
      });
    await client.sync.start();
    await new Promise<void>((resolve) => {
      if (input.signal.aborted) resolve();
      input.signal.addEventListener('abort', () => resolve());
    });
    subscription.unsubscribe();
  });
};

const rotate: Command = async (input) => {
  await withClient(input.folder, ['none'], async (client) => {
    await client.keys.refresh();
    const onProgress = ({ done, remaining }: { readonly done: number; readonly remaining: number }) =>
      input.note(`${done} entries encrypted again, ${remaining} remain`);
    const { state } = client.keys;
    const run = { onProgress, signal: input.signal };
    if (state.kind === 'open' && state.isRotating) {
      const { keyVersion } = await client.keys.resumeRotation(run);
      input.print(JSON.stringify({ key_version: keyVersion }));
      return;
    }
    const passphrase = await input.secret('SYNCKEEP_PASSPHRASE', 'Passphrase: ');
    const recoveryCode = createRecoveryCode();
    input.note(`Recovery code of the new key, shown only now: ${recoveryCode}`);
    const { keyVersion } = await client.keys.rotate({ passphrase, recoveryCode, ...run });
    input.print(JSON.stringify({ key_version: keyVersion }));
  });
};

const status: Command = async (input) => {
  await withClient(input.folder, ['none'], async (client) => {
    await syncUnlessOffline(input, client);
    const { unsent, quarantined, problem, syncedAt } = client.sync.status;
    const quarantine = await client.sync.quarantine.list();
    const changes = quarantine.map(({ table, id, direction, reason, message }) => ({
      table,
      id,
      direction,
      reason,
      message,
    }));
    const account = client.session.account;
    input.print(JSON.stringify({ account, unsent, quarantined, problem, syncedAt, quarantine: changes }, null, 2));
  });
};

const answerReset: Command = async (input) => {
  const answer = word(input, 0, 'keep or discard');
  if (answer !== 'keep' && answer !== 'discard') throw new CommandError('Answer with keep or discard.');
  await withClient(input.folder, ['none'], async (client) => {
    await syncOnce(client).catch((error: unknown) => {
      if (client.sync.status.phase !== 'needs-answer') throw error;
    });
    if (client.sync.status.phase !== 'needs-answer')
      throw new CommandError('The log was not reset: there is nothing to answer.');
    client.sync.answerReset(answer);
    await syncOnce(client);
  });
};

export const commands: Readonly<Record<string, Command>> = {
  login,
  put,
  delete: remove,
  get,
  watch,
  rotate,
  status,
  'answer-reset': answerReset,
};
