import type { BlobStore, Clock } from '@synckeep/core';
import { describeScenarios } from '@synckeep/testing';
import { describeRealS3, openRealS3, untilPast } from './real-server.js';

/** For how long URLs are really good. The scenarios give them 15 minutes of a clock that they move as they like. */
const lifetime = 10_000;

/**
 * A store whose URLs have really expired when they have by the virtual clock: they are signed for seconds, and whoever
 * calls one after its virtual end waits for the real one.
 */
const withVirtualTime = (store: BlobStore, clock: Clock) => {
  const begun = { virtual: clock.now(), real: Date.now() };
  const endsByUrl = new Map<string, { readonly virtual: number; readonly real: number }>();
  const remember = (url: string, virtual: number, real: number): string => {
    endsByUrl.set(url, { virtual, real });
    return url;
  };

  const blobStore: BlobStore = {
    ...store,
    async signUpload(target) {
      const real = Date.now() + lifetime;
      const { url, headers } = await store.signUpload({ ...target, expiresAt: real });
      return { url: remember(url, target.expiresAt, real), headers };
    },
    async signDownload(objectKey, expiresAt) {
      const real = Date.now() + lifetime;
      return remember(await store.signDownload(objectKey, real), expiresAt, real);
    },
    async list(after, limit) {
      const listed = await store.list(after, limit);
      return listed.map((each) => ({ ...each, modifiedAt: each.modifiedAt - begun.real + begun.virtual }));
    },
  };

  const fetchUrl: typeof fetch = async (url, init) => {
    const end = endsByUrl.get(String(url));
    if (end && clock.now() >= end.virtual) await untilPast(end.real + 1000);
    return fetch(url, init);
  };
  return { blobStore, fetch: fetchUrl };
};

describeRealS3('the protocol with blobs on a real S3 server', () => {
  describeScenarios('blobs in S3', {
    async blobStore({ clock }) {
      const { store, close } = await openRealS3();
      return { ...withVirtualTime(store, clock), close };
    },
  });
});
