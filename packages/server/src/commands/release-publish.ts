import type { Command } from 'commander';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { toReleaseLines } from '../publishing/view.js';
import { parsePercent } from './release-create.js';

interface PublishFlags extends PublishingFlags {
  readonly rollout?: number;
}

export const releasePublish = (): Command =>
  publishingCommand('publish', 'Offer a release to installations. Repeat it with --rollout to reach more of them.')
    .argument('<version>', 'the version of the release')
    .option('--rollout <percent>', 'how many of the installations', optionValue(parsePercent, 'a number from 0 to 100'))
    .action(async (version: string, flags: PublishFlags) => {
      const client = createPublishingClient(readPlace(flags));
      const { id: release_id } = await client.find(version);
      // Before it is published, so that nobody is offered it who should not be.
      if (flags.rollout !== undefined) await client.call('updateRelease', { release_id }, { rollout: flags.rollout });
      const release = await client.call('publishRelease', { release_id });
      print(flags, release, toReleaseLines([release]));
    });
