import { type AdminScope, adminScopes, limits } from '@synckeep/protocol';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { parseDuration } from '../duration.js';
import { optionValue } from '../option-value.js';
import { print, toTime } from '../print.js';

interface CreateFlags extends CommonFlags {
  readonly scopes: readonly AdminScope[];
  /** Seconds. */
  readonly expiresIn?: number;
}

const parseLifetime = (text: string): number | undefined => {
  const seconds = parseDuration(text, limits.adminTokenLifetime);
  return seconds !== undefined && seconds >= 60 ? seconds : undefined;
};

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
    .option(
      '--expires-in <time>',
      'how long it works; for good when left out',
      optionValue(parseLifetime, 'a time such as 24h or 90d, from a minute to ten years'),
    )
    .action((name: string, flags: CreateFlags) =>
      administer(flags, async ({ server }) => {
        const { scopes, expiresIn: lifetime = null } = flags;
        const { token, text } = await server.adminTokens.create({ name: toAppName(name), scopes, lifetime });
        const expiresAt = token.expiresAt === null ? null : toTime(token.expiresAt);
        print(flags, { token_id: token.id, token: text, expires_at: expiresAt }, [
          `token_id  ${token.id}`,
          `token     ${text}`,
          ...(expiresAt === null ? [] : [`expires   ${expiresAt}`]),
          'Keep the token: it is shown this once.',
        ]);
      }),
    );
