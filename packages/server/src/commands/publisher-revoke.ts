import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findApp } from '../find-app.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

export const publisherRevoke = (): Command =>
  administrativeCommand('revoke', 'End a publishing token at once.')
    .argument('<app>', 'id, or name if only one app has it')
    .argument('<token-id>', 'as "publisher list" shows it')
    .action((idOrName: string, tokenId: string, flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        const { id } = await findApp(server.apps, idOrName);
        const isRevoked = await server.publishingTokens.revoke(id, tokenId);
        if (!isRevoked) throw new Refusal(`The app has no token ${tokenId}. "synckeep publisher list" shows them.`);
        print(flags, { token_id: tokenId, revoked: true }, [`The token ${tokenId} was revoked.`]);
      }),
    );
