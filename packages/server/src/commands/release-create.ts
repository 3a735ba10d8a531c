import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { percent } from '../publishing/percent.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { toReleaseLines } from '../publishing/view.js';
import { codeOf, Refusal } from '../refusal.js';

interface CreateFlags extends PublishingFlags {
  readonly channel?: string;
  readonly notes?: string;
  readonly notesFile?: string;
  readonly rollout?: number;
  readonly minimumVersion?: string;
}

const readNotes = async ({ notes, notesFile }: CreateFlags): Promise<string | undefined> => {
  if (notes !== undefined && notesFile !== undefined) throw new Refusal('Say either --notes or --notes-file.');
  if (notesFile === undefined) return notes;
  return readFile(notesFile, 'utf8').catch((cause: unknown) => {
    throw new Refusal(`${notesFile} cannot be read (${codeOf(cause)}).`, { cause });
  });
};

export const releaseCreate = (): Command =>
  publishingCommand('create', 'Begin a release as a draft, which nobody is offered.')
    .argument('<version>', 'a semantic version, such as 1.2.0 or 1.3.0-beta.1')
    .option('--channel <name>', 'who is offered it: stable (the default), beta, …')
    .option('--notes <text>', 'what is new')
    .option('--notes-file <file>', 'a file with what is new')
    .option('--rollout <percent>', 'how many of the installations', percent)
    .option('--minimum-version <version>', 'older installations are not offered it')
    .action(async (version: string, flags: CreateFlags) => {
      const notes = await readNotes(flags);
      const release = await createPublishingClient(readPlace(flags)).call(
        'createRelease',
        {},
        {
          ...{ version, channel: flags.channel, notes, rollout: flags.rollout },
          minimum_version: flags.minimumVersion,
        },
      );
      print(flags, release, toReleaseLines([release]));
    });
