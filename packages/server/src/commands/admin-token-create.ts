import { type AdminScope, adminScopes } from '@synckeep/protocol';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';

interface CreateFlags extends CommonFlags {
  readonly scopes: readonly AdminScope[];
}

const parseScopes = (text: string): readonly AdminScope[] | undefined => {
  const named = text.split(',').map((part) => part.trim());
  const scopes = adminScopes.filter((scope) => named.includes(scope));
  return scopes.length === new Set(named).size ? scopes : undefined;
};

export const adminTokenCreate = (): Command =>
  administrativeCommand('create', 'Make a token for the admin API. It is shown this once.')
    .argument('<name>', 'what it is for')
    .requiredOption(
      '--scopes <scopes>',
      `what it is good for, separated by commas: ${adminScopes.join(', ')}`,
      optionValue(parseScopes, `one or more of ${adminScopes.join(', ')}, separated by commas`),
    )
    .action((name: string, flags: CreateFlags) =>
      administer(flags, async ({ server }) => {
        const { token, text } = await server.adminTokens.create({ name: toAppName(name), scopes: flags.scopes });
        print(flags, { token_id: token.id, token: text }, [
          `token_id  ${token.id}`,
          `token     ${text}`,
          'Keep the token: it is shown this once.',
        ]);
      }),
    );
