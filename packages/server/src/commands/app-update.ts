import type { App, AppPatch } from '@synckeep/core';
import { type Command, Option } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { type AppFlags, addAppOptions, toAppPatch } from '../app-options.js';
import { toAppLines, toAppView } from '../app-view.js';
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

export const appUpdate = (): Command =>
  addAppOptions(administrativeCommand('update', 'Change an app. Whatever is not named stays as it is.'))
    .argument('<app>', 'id, or name if only one app has it')
    .option('--name <name>', 'another name')
    .option('--pause', 'refuse every call of this app, until --resume')
    .option('--resume', 'end a pause')
    .option('--no-origins', 'let no web origin call this app; --origin replaces all origins')
    .option('--no-redirects', 'register no redirect; --redirect replaces all of them')
    .option('--no-require-base', 'accept pushes without a base again')
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
        const patch = toPatch(flags);
        if (Object.keys(patch).length === 0)
          throw new Refusal('Say what to change. "synckeep app update --help" lists it.');
        const { id } = await findApp(server.apps, idOrName);
        const app = await server.apps.update(id, patch);
        if (!app) throw new Refusal(`The app "${idOrName}" was deleted meanwhile.`);
        print(flags, toAppView(app), toAppLines(app));
      }),
    );
