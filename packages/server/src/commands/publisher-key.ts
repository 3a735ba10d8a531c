import { readFile } from 'node:fs/promises';
import { MinisignError } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findApp } from '../find-app.js';
import { print } from '../print.js';
import { codeOf, Refusal } from '../refusal.js';

interface KeyFlags extends CommonFlags {
  readonly remove?: true;
}

const readKey = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Refusal(`${file} cannot be read (${codeOf(cause)}).`, { cause });
  });

export const publisherKey = (): Command =>
  administrativeCommand('key', 'Show or set the minisign public key that releases of an app must be signed for.')
    .argument('<app>', 'id, or name if only one app has it')
    .argument('[file]', 'the public key, as minisign or "tauri signer generate" wrote it')
    .option('--remove', 'check no signatures any more')
    .action(async (idOrName: string, file: string | undefined, flags: KeyFlags) => {
      if (flags.remove && file !== undefined) throw new Refusal('Say either a file or --remove.');
      const given = file === undefined ? null : await readKey(file);
      await administer(flags, async ({ server: { apps, updateKeys } }) => {
        const { id } = await findApp(apps, idOrName);
        try {
          if (given !== null || flags.remove) await updateKeys.set(id, given);
        } catch (error) {
          throw error instanceof MinisignError ? new Refusal(error.message, { cause: error }) : error;
        }
        const publicKey = await updateKeys.get(id);
        print(flags, { app_id: id, public_key: publicKey }, [`public_key  ${publicKey ?? '-'}`]);
      });
    });
