import { createHash } from 'node:crypto';
import type { RequestOf } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { TestApp } from './caller.js';
import type { CallInput, Fixture } from './fixture.js';
import { putUrl } from './signed-url.js';

/** What to announce of an artifact, and its bytes. */
export interface NewArtifact extends Partial<RequestOf<'createArtifact'>> {
  readonly bytes?: Uint8Array;
}

export interface NewRelease extends Partial<RequestOf<'createRelease'>> {
  readonly artifacts?: readonly NewArtifact[];
}

export const sampleFile = 'notes-1.2.0.AppImage';

export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The body that announces an artifact. */
export const announce = ({ bytes = toBytes('an app'), ...rest }: NewArtifact = {}): RequestOf<'createArtifact'> => ({
  target: 'linux',
  arch: 'x86_64',
  file_size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  ...rest,
});

/** Somebody who publishes for an app. */
export const createPublisher = (f: Fixture, app: TestApp) => {
  const as = (input: CallInput = {}): CallInput => ({ ...input, token: app.publishingToken });
  const on = (release_id: string, more: CallInput['params'] = {}): CallInput =>
    as({ params: { app_id: app.id, release_id, ...more } });

  const publisher = {
    /** The input of an operation on the app, or on one of its releases. */
    as: (body: unknown) => as({ params: { app_id: app.id }, body }),
    on,

    async takeSlug(slug: string): Promise<void> {
      (await f.call('setSlug', publisher.as({ slug }))).ok();
    },

    /** @returns its id */
    async begin(release: Partial<RequestOf<'createRelease'>> = {}): Promise<string> {
      return (await f.call('createRelease', publisher.as({ version: '1.2.0', ...release }))).ok().id;
    },

    /** Announces an artifact and uploads it. */
    async upload(releaseId: string, artifact: NewArtifact = {}): Promise<void> {
      const { bytes = toBytes('an app') } = artifact;
      const reply = await f.call('createArtifact', { ...on(releaseId), body: announce(artifact) });
      expect((await putUrl(f, reply.ok().upload_url, bytes)).status).toBe(200);
    },

    confirm: (releaseId: string, { target = 'linux', arch = 'x86_64' }: NewArtifact = {}) =>
      f.call('confirmArtifact', on(releaseId, { target, arch })),

    /** A draft with artifacts that are confirmed; for Linux on x86_64 unless said. @returns its id */
    async draft({ artifacts = [{}], ...release }: NewRelease = {}): Promise<string> {
      const id = await publisher.begin(release);
      for (const artifact of artifacts) {
        await publisher.upload(id, artifact);
        (await publisher.confirm(id, artifact)).ok();
      }
      return id;
    },

    /** The same, offered to everybody. @returns its id */
    async publish(release: NewRelease = {}): Promise<string> {
      const id = await publisher.draft(release);
      (await f.call('publishRelease', on(id))).ok();
      return id;
    },
  };
  return publisher;
};

export type ReleasePublisher = ReturnType<typeof createPublisher>;

/** What an installation on Linux is answered when it asks for a newer version. */
export const checkFor = (f: Fixture, current_version: string, input: CallInput = {}) =>
  f.call('checkUpdate', {
    ...input,
    params: { slug: 'notes', target: 'linux', arch: 'x86_64', current_version, ...input.params },
  });

/** The version that is offered; null: none. */
export const offeredTo = async (f: Fixture, currentVersion: string, input: CallInput = {}): Promise<string | null> => {
  const reply = await checkFor(f, currentVersion, input);
  return reply.status === 204 ? null : (reply.ok()?.version ?? null);
};

/** A release of every kind of file under the slug `notes`. */
export const publishSample = async (f: Fixture, app: TestApp): Promise<{ readonly release_id: string }> => {
  const publisher = createPublisher(f, app);
  await publisher.takeSlug('notes');
  return { release_id: await publisher.publish({ artifacts: [{ file_name: sampleFile }] }) };
};
