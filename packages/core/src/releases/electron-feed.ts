import { toTime } from '../wire.js';
import { isOnChannel } from './choose-release.js';
import { type ConfirmedArtifact, isConfirmed, type Platform, type Release, stableChannel } from './release.js';

type Arch = Platform['arch'];
export interface Feed {
  readonly channel: string;
  readonly target: Platform['target'];
  /** Only these, in this order. */
  readonly archs: readonly Arch[];
}

/** Whoever has no file of its own name takes the first one. */
const everyArch: readonly Arch[] = ['x86_64', 'i686', 'aarch64', 'armv7'];
const suffixes: Readonly<Record<string, Omit<Feed, 'channel'>>> = {
  '': { target: 'windows', archs: everyArch },
  '-mac': { target: 'darwin', archs: everyArch },
  '-linux': { target: 'linux', archs: ['x86_64'] },
  '-linux-arm64': { target: 'linux', archs: ['aarch64'] },
  '-linux-arm': { target: 'linux', archs: ['armv7'] },
  '-linux-ia32': { target: 'linux', archs: ['i686'] },
};

/** What a name such as `beta-linux-arm64.yml` asks for, as electron-updater makes it; null when it asks for nothing. */
export const parseFeedName = (name: string): Feed | null => {
  const [, channel = '', suffix = ''] = /^([a-z][a-z0-9]*)((?:-[a-z0-9]+)*)\.yml$/.exec(name) ?? [];
  const asked = Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
  return channel === '' || !asked ? null : { channel: channel === 'latest' ? stableChannel : channel, ...asked };
};

/** A string as YAML reads it: JSON, with the two line breaks escaped that only YAML knows. */
const text = (value: string): string =>
  JSON.stringify(value).replace(/[\u0085\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const isNamed = (artifact: ConfirmedArtifact): boolean => artifact.fileName !== null;

const filesOf = ({ artifacts }: Release, { target, archs }: Feed): readonly ConfirmedArtifact[] =>
  archs.flatMap((arch) =>
    artifacts.filter(isConfirmed).filter((each) => each.target === target && each.arch === arch && isNamed(each)),
  );

/**
 * The newest release of a feed with a file for it, as electron-builder writes it (P-149). The percentage goes with it:
 * electron-updater draws by itself. undefined when there is none.
 */
export const toElectronFeed = (
  published: readonly Release[],
  feed: Feed,
  toUrl: (release: Release, artifact: ConfirmedArtifact) => string,
): string | undefined => {
  const release = published.filter(isOnChannel(feed.channel)).find((each) => filesOf(each, feed).length > 0);
  if (!release) return undefined;
  const files = filesOf(release, feed);
  const [first] = files;
  if (!first) return undefined;
  return [
    `version: ${text(release.version)}`,
    'files:',
    ...files.flatMap((file) => [
      `  - url: ${text(toUrl(release, file))}`,
      `    sha512: ${text(file.confirmed.sha512)}`,
      `    size: ${file.sizeBytes}`,
    ]),
    `path: ${text(toUrl(release, first))}`,
    `sha512: ${text(first.confirmed.sha512)}`,
    `releaseDate: ${text(toTime(release.publishedAt ?? release.createdAt))}`,
    ...(release.notes === '' ? [] : [`releaseNotes: ${text(release.notes)}`]),
    ...(release.rollout < 100 ? [`stagingPercentage: ${release.rollout}`] : []),
    '',
  ].join('\n');
};
