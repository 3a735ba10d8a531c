import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '../client/create-client.js';
import type { Tables } from '../client/table-options.js';
import { createKeys, type Keys } from '../keys/index.js';
import { openSqliteLocalStore } from '../store/open-sqlite-store.js';
import { CommandError } from './command-error.js';
import { createFileKeyMemory } from './file-key-memory.js';

export interface Config {
  readonly url: string;
  readonly apiKey: string;
}

export type CommandClient = Client<Tables, Keys>;

const configPath = (folder: string): string => join(folder, 'config.json');

export const writeConfig = async (folder: string, config: Config): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(configPath(folder), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
};

const readConfig = async (folder: string): Promise<Config> => {
  try {
    const config: Config = JSON.parse(await readFile(configPath(folder), 'utf8'));
    return config;
  } catch (error) {
    throw new CommandError(`There is no account in ${folder}. Run \`synckeep-client login\` first.`, { cause: error });
  }
};

const platforms: Readonly<Partial<Record<NodeJS.Platform, 'macos' | 'windows'>>> = {
  darwin: 'macos',
  win32: 'windows',
};

/** Opens the account of a folder for one command, with the tables that it names. */
export const withClient = async <T>(
  folder: string,
  tables: readonly string[],
  work: (client: CommandClient) => Promise<T>,
): Promise<T> => {
  const { url, apiKey } = await readConfig(folder);
  const store = openSqliteLocalStore(join(folder, 'store.db'));
  try {
    const client = await createClient({
      url,
      apiKey,
      store,
      tables: Object.fromEntries(tables.map((name) => [name, {}])),
      keys: ({ call }) => createKeys({ call, memory: createFileKeyMemory(join(folder, 'keys')) }),
      device: { name: hostname().slice(0, 255) || 'Node', platform: platforms[process.platform] ?? 'linux' },
    });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  } finally {
    await store.close();
  }
};
