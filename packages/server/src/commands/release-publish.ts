import type { Command } from 'commander';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { percent } from '../publishing/percent.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { toReleaseLines } from '../publishing/view.js';

interface PublishFlags extends PublishingFlags {
  readonly rollout?: number;
}

export const releasePublish = (): Command =>
  publishingCommand('publish', 'Offer a release to installations. Repeat it with --rollout to reach more of them.')
    .argument('<version>', 'the version of the release')
    .option('--rollout <percent>', 'how many of the installations', percent)
    .action(async (version: string, flags: PublishFlags) => {
      const client = createPublishingClient(readPlace(flags));
      const { id: release_id } = await client.find(version);
      // Before it is published, so that nobody is offered it who should not be.
      if (flags.rollout !== undefined) await client.call('updateRelease', { release_id }, { rollout: flags.rollout });
      const release = await client.call('publishRelease', { release_id });
      print(flags, release, toReleaseLines([release]));
    });
