import type { Command } from 'commander';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { toReleaseLines } from '../publishing/view.js';

export const releaseList = (): Command =>
  publishingCommand('list', 'List the releases of the app, newest first.').action(async (flags: PublishingFlags) => {
    const releases = await createPublishingClient(readPlace(flags)).call('listReleases');
    print(flags, releases, toReleaseLines(releases));
  });
