import type { Artifact, Release } from './release.js';

/** Where an artifact is downloaded, with the name of its file at the end where it has one. */
export const toArtifactUrl = (
  baseUrl: string,
  slug: string,
  { id }: Release,
  { target, arch, fileName }: Artifact,
): string => {
  const name = fileName === null ? '' : `/${encodeURIComponent(fileName)}`;
  return `${baseUrl.replace(/\/+$/, '')}/ota/${slug}/download/${id}/${target}/${arch}${name}`;
};
