import { limits, SyncError } from '@synckeep/protocol';
import { toAddressKey } from '../access/rate-limit.js';
import { toAppcast } from '../releases/appcast.js';
import { toArtifactUrl } from '../releases/artifact-url.js';
import { chooseRelease } from '../releases/choose-release.js';
import { parseFeedName, toElectronFeed } from '../releases/electron-feed.js';
import {
  type Artifact,
  type ConfirmedArtifact,
  confirmedArtifactOf,
  type Platform,
  type Release,
  signatureOf,
  stableChannel,
} from '../releases/release.js';
import { isInRollout } from '../releases/rollout.js';
import { toTime } from '../wire.js';
import type { Deps, Handler } from './handler.js';

/** Where artifacts of a slug are. @throws SyncError `updates_disabled` */
const urlsOf = (slug: string, { baseUrl }: Deps): ((release: Release, artifact: Artifact) => string) => {
  if (!baseUrl) throw new SyncError('updates_disabled');
  const base = baseUrl();
  return (release, artifact) => toArtifactUrl(base, slug, release, artifact);
};

/** An answer that depends on the address must not be given to others. */
const cacheHeaders = (isPrivate: boolean): Record<string, string> =>
  isPrivate ? { 'cache-control': `private, max-age=${limits.updateCheckCache}` } : {};

const isPartial = ({ rollout }: Release): boolean => rollout < 100;

/** P-144, P-145 */
export const checkUpdate: Handler<'checkUpdate'> = async ({ params, query, address }, deps) => {
  const toUrl = urlsOf(params.slug, deps);
  const { releases } = await deps.catalog.of(params.slug);
  const release = chooseRelease(releases, {
    ...params,
    currentVersion: params.current_version,
    channel: query.channel ?? stableChannel,
    name: query.installation ?? toAddressKey(address),
  });
  const headers = cacheHeaders(query.installation === undefined && releases.some(isPartial));
  const artifact = release && confirmedArtifactOf(release, params);
  if (!artifact) return { status: 204, headers, body: null };
  return {
    status: 200,
    headers,
    body: {
      version: release.version,
      url: toUrl(release, artifact),
      signature: signatureOf(release, artifact),
      notes: release.notes,
      pub_date: toTime(release.publishedAt ?? release.createdAt),
    },
  };
};

/** P-149 */
export const electronFeed: Handler<'electronFeed'> = async ({ params }, deps) => {
  const toUrl = urlsOf(params.slug, deps);
  const { releases } = await deps.catalog.of(params.slug);
  const feed = parseFeedName(params.feed);
  const body = feed && toElectronFeed(releases, feed, toUrl);
  if (!body) throw new SyncError('release_not_found');
  return { status: 200, body };
};

/** P-150 */
export const appcast: Handler<'appcast'> = async ({ params, address }, deps) => {
  const toUrl = urlsOf(params.slug, deps);
  const { releases } = await deps.catalog.of(params.slug);
  const offered = releases.filter(({ id, rollout }) => isInRollout(id, toAddressKey(address), rollout));
  const headers = cacheHeaders(releases.some(isPartial));
  return { status: 200, headers, body: toAppcast(offered, params.slug, params.arch, toUrl) };
};

interface Wanted extends Platform {
  readonly slug: string;
  readonly release_id: string;
}

/** @throws SyncError `release_not_found` for what is not offered, whatever the reason */
const findPublished = async (
  wanted: Wanted,
  { catalog }: Deps,
): Promise<{ release: Release; artifact: ConfirmedArtifact }> => {
  const { releases } = await catalog.of(wanted.slug);
  const release = releases.find(({ id }) => id === wanted.release_id);
  const artifact = release && confirmedArtifactOf(release, wanted);
  if (!artifact) throw new SyncError('release_not_found');
  return { release, artifact };
};

/** Counted each time, so nobody may use the redirect again; its target is short-lived anyway (P-147). */
const redirect = async (release: Release, artifact: ConfirmedArtifact, now: number, deps: Deps) => {
  const location = await deps.blobStore.signDownload(artifact.objectKey, now + limits.downloadUrlLifetime * 1000);
  deps.downloadCounts.count(release, artifact);
  return { status: 302, headers: { location }, body: null } as const;
};

/** P-147 */
export const downloadArtifact: Handler<'downloadArtifact'> = async ({ params, now }, deps) => {
  const { release, artifact } = await findPublished(params, deps);
  return redirect(release, artifact, now, deps);
};

/** P-147 */
export const downloadNamedArtifact: Handler<'downloadNamedArtifact'> = async ({ params, now }, deps) => {
  const { release, artifact } = await findPublished(params, deps);
  if (artifact.fileName !== params.file_name) throw new SyncError('release_not_found');
  return redirect(release, artifact, now, deps);
};
