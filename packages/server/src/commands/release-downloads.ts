import type { Command } from 'commander';
import { print, toColumns } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';

export const releaseDownloads = (): Command =>
  publishingCommand('downloads', 'Show how often a release was downloaded on each day.')
    .argument('<version>', 'the version of the release')
    .action(async (version: string, flags: PublishingFlags) => {
      const client = createPublishingClient(readPlace(flags));
      const { id: release_id } = await client.find(version);
      const counts = await client.call('releaseDownloads', { release_id });
      const rows = counts.days.map(({ date, target, arch, downloads }) => [date, `${target}/${arch}`, `${downloads}`]);
      print(flags, counts, [...toColumns(rows), `${counts.total} in all`]);
    });
