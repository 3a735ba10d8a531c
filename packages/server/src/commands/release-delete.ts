import type { Command } from 'commander';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { Refusal } from '../refusal.js';

interface DeleteFlags extends PublishingFlags {
  readonly yes?: true;
}

export const releaseDelete = (): Command =>
  publishingCommand('delete', 'Remove a release with its artifacts and counts, for good.')
    .argument('<version>', 'the version of the release')
    .option('--yes', 'really do it')
    .action(async (version: string, flags: DeleteFlags) => {
      if (!flags.yes) throw new Refusal('This removes the artifacts for good. Say --yes to do it, or withdraw it.');
      const client = createPublishingClient(readPlace(flags));
      const { id: release_id } = await client.find(version);
      await client.call('deleteRelease', { release_id });
      print(flags, { version, deleted: true }, [`${version} was deleted.`]);
    });
