import { type App, type AppPatch, defaultBlobGrace, defaultCompaction } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import { type Command, Option } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { type AppFlags, addAppOptions, toAppPatch } from '../app-options.js';
import { toAppLines, toAppView } from '../app-view.js';
import { parseDuration, parseRetention, tenYears } from '../duration.js';
import { findApp } from '../find-app.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';
import { parseSize } from '../size.js';

interface UpdateFlags extends CommonFlags, AppFlags {
  readonly name?: string;
  readonly pause?: true;
  readonly resume?: true;
  /** `--no-origins` */
  readonly origins: boolean;
  /** `--no-redirects` */
  readonly redirects: boolean;
  readonly link?: Link;
  readonly paid?: true;
  readonly free?: true;
  readonly unlink?: true;
  readonly blobLimit?: number | 'none';
  readonly bytesLimit?: number | 'none';
  readonly registration?: App['registration'];
  readonly compaction?: 'on' | 'off';
  readonly keep?: number;
  readonly keepTombstones?: number;
  readonly collectBlobs?: 'on' | 'off';
  readonly blobGrace?: number;
}

type Link = Pick<NonNullable<App['link']>, 'kind' | 'id'>;

const parseLink = (text: string): Link | undefined => {
  const [, kind, id] = /^(item|tier):(\S{1,200})$/.exec(text) ?? [];
  return id !== undefined && (kind === 'item' || kind === 'tier') ? { kind, id } : undefined;
};

const parseLimit = (text: string): number | 'none' | undefined => (text === 'none' ? text : parseSize(text));

const limit = optionValue(
  parseLimit,
  'a number of bytes, such as 1073741824 or 1GiB, or "none" for the limit of the server',
);

const toLinkPatch = ({ link, paid, free, unlink }: UpdateFlags): AppPatch => {
  if (unlink) return { link: null };
  if (link === undefined && (paid || free)) throw new Refusal('Say with --link which item or tier is paid or free.');
  if (link === undefined) return {};
  if (paid && free) throw new Refusal('Say either --paid or --free.');
  return { link: { ...link, paid: free !== true } };
};

const namesCompaction = ({ compaction, keep, keepTombstones }: UpdateFlags): boolean =>
  compaction !== undefined || keep !== undefined || keepTombstones !== undefined;

const namesCollection = ({ collectBlobs, blobGrace }: UpdateFlags): boolean =>
  collectBlobs !== undefined || blobGrace !== undefined;

/** The same for blobs. */
const toCollectionPatch = (flags: UpdateFlags, { collectBlobs: present }: App): AppPatch => {
  const { collectBlobs, blobGrace } = flags;
  if (!namesCollection(flags)) return {};
  if (collectBlobs === 'off') return { collectBlobs: null };
  if (collectBlobs === undefined && present === null)
    throw new Refusal('Blobs are not collected. Say --collect-blobs on, too.');
  return { collectBlobs: { graceSeconds: blobGrace ?? present?.graceSeconds ?? defaultBlobGrace } };
};

/** What is not said stays as it is, or begins as the default. */
const toCompactionPatch = (flags: UpdateFlags, { compaction: present }: App): AppPatch => {
  const { compaction, keep, keepTombstones } = flags;
  if (!namesCompaction(flags)) return {};
  if (compaction === 'off') return { compaction: null };
  if (compaction === undefined && present === null) throw new Refusal('Compaction is off. Say --compaction on, too.');
  const settings = present ?? defaultCompaction;
  return {
    compaction: {
      keepSeconds: keep ?? settings.keepSeconds,
      tombstoneSeconds: keepTombstones ?? settings.tombstoneSeconds,
    },
  };
};

const toPatch = (flags: UpdateFlags): AppPatch => ({
  ...toAppPatch(flags),
  ...toLinkPatch(flags),
  ...(flags.name === undefined ? {} : { name: toAppName(flags.name) }),
  ...(flags.registration === undefined ? {} : { registration: flags.registration }),
  ...(flags.pause ? { paused: true } : {}),
  ...(flags.resume ? { paused: false } : {}),
  ...(flags.origins ? {} : { origins: [] }),
  ...(flags.redirects ? {} : { redirects: [] }),
  ...(flags.blobLimit === undefined ? {} : { blobLimit: flags.blobLimit === 'none' ? null : flags.blobLimit }),
  ...(flags.bytesLimit === undefined ? {} : { bytesLimit: flags.bytesLimit === 'none' ? null : flags.bytesLimit }),
});

const updating = async <T>(update: () => Promise<T>): Promise<T> => {
  try {
    return await update();
  } catch (error) {
    const { pointer, problem } = isSyncError(error) ? (error.details ?? {}) : {};
    if (typeof pointer !== 'string' || typeof problem !== 'string') throw error;
    throw new Refusal(`${pointer.slice(1)} ${problem}.`, { cause: error });
  }
};

export const appUpdate = (): Command =>
  addAppOptions(administrativeCommand('update', 'Change an app. Whatever is not named stays as it is.'))
    .argument('<app>', 'id, or name if only one app has it')
    .option('--name <name>', 'another name')
    .option('--pause', 'refuse every call of this app, until --resume')
    .option('--resume', 'end a pause')
    .option('--no-origins', 'let no web origin call this app; --origin replaces all origins')
    .option('--no-redirects', 'register no redirect; --redirect replaces all of them')
    .option('--no-require-base', 'accept pushes without a base again')
    .addOption(
      new Option(
        '--compaction <on|off>',
        'remove changes that later ones superseded; not for apps that send partial rows or hide row ids per device',
      ).choices(['on', 'off']),
    )
    .option(
      '--keep <time>',
      'leave the log whole as it was so long ago, such as 30d (default 30d)',
      optionValue((text) => parseDuration(text, tenYears), 'a time such as 12h or 30d, or 0s'),
    )
    .option(
      '--keep-tombstones <time>',
      'keep deletes for devices that pulled within this time, such as 180d (default 180d)',
      optionValue(parseRetention, 'a time of at least a day, such as 180d'),
    )
    .addOption(
      new Option(
        '--collect-blobs <on|off>',
        'remove blobs that no change names any more; only where every client names the blobs of every row',
      ).choices(['on', 'off']),
    )
    .option(
      '--blob-grace <time>',
      'keep such a blob for so long after somebody last asked for it (default 7d)',
      optionValue(parseRetention, 'a time of at least a day, such as 7d'),
    )
    .option(
      '--link <item:id|tier:id>',
      'link the app to an item or tier: then syncing needs what people have bought',
      optionValue(parseLink, '"item:" or "tier:" and an id'),
    )
    .option('--paid', 'with --link: unless the item is free (default)')
    .option('--free', 'with --link: syncing is open to everybody, whatever the item says')
    .addOption(
      new Option('--registration <who>', 'who may register for this app by themselves').choices([
        'open',
        'invite',
        'closed',
      ]),
    )
    .option('--unlink', 'open the app to everybody')
    .option('--blob-limit <size>', 'the size of one blob, or none', limit)
    .option('--bytes-limit <size>', 'what one user may store in this app, or none', limit)
    .action((idOrName: string, flags: UpdateFlags) =>
      administer(flags, async ({ server }) => {
        if (flags.pause && flags.resume) throw new Refusal('Say either --pause or --resume.');
        const others = toPatch(flags);
        if (Object.keys(others).length === 0 && !namesCompaction(flags) && !namesCollection(flags))
          throw new Refusal('Say what to change. "synckeep app update --help" lists it.');
        const present = await findApp(server.apps, idOrName);
        const patch = { ...others, ...toCompactionPatch(flags, present), ...toCollectionPatch(flags, present) };
        const app = await updating(() => server.apps.update(present.id, patch));
        if (!app) throw new Refusal(`The app "${idOrName}" was deleted meanwhile.`);
        print(flags, toAppView(app), toAppLines(app));
      }),
    );
