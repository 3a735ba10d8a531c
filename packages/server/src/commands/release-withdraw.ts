import type { Command } from 'commander';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { toReleaseLines } from '../publishing/view.js';

export const releaseWithdraw = (): Command =>
  publishingCommand('withdraw', 'Offer a release to nobody any more. "release publish" offers it again.')
    .argument('<version>', 'the version of the release')
    .action(async (version: string, flags: PublishingFlags) => {
      const client = createPublishingClient(readPlace(flags));
      const { id: release_id } = await client.find(version);
      const release = await client.call('withdrawRelease', { release_id });
      print(flags, release, toReleaseLines([release]));
    });
