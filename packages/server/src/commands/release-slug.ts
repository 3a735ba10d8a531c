import type { Command } from 'commander';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';

export const releaseSlug = (): Command =>
  publishingCommand('slug', 'Give the app the name by which its installations ask for updates. It keeps earlier ones.')
    .argument('<slug>', '3 to 40 lower-case letters, digits and hyphens')
    .action(async (slug: string, flags: PublishingFlags) => {
      const taken = await createPublishingClient(readPlace(flags)).call('setSlug', {}, { slug });
      print(flags, taken, [`app_id  ${taken.app_id}`, `slug    ${taken.slug}`]);
    });
