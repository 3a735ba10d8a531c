import { isSyncError } from '@synckeep/protocol';
import type { BlobRoute, BlobStore, ListedObject, PartUploads } from '../ports/index.js';

export interface FallbackBlobStoreOptions {
  /** Where everything new goes. */
  readonly primary: BlobStore;
  /** Where the rest still is. `copyBlobs` brings it over; then the fallback can be left out. */
  readonly fallback: BlobStore;
}

/** What a store's route says of a URL that it did not sign, or of an object that it does not have. */
const isElsewhere = (error: unknown): boolean =>
  isSyncError(error) && (error.code === 'invalid_signature' || error.code === 'blob_not_found');

/**
 * One route for two of the same path, which two stores of one kind have. Whatever the first one did not sign, or does
 * not have, is for the second one; both look at the URL before they touch a body.
 */
const joinRoutes = (first: BlobRoute, second: BlobRoute): BlobRoute => ({
  path: first.path,
  methods: [...new Set([...first.methods, ...second.methods])],
  async handle(call, rest) {
    try {
      return await first.handle(call, rest);
    } catch (error) {
      if (!isElsewhere(error)) throw error;
      try {
        return await second.handle(call, rest);
      } catch (later) {
        // The first one signed it, so its answer is the one that tells why.
        throw isSyncError(later) && later.code === 'invalid_signature' ? error : later;
      }
    }
  },
});

/** New uploads in parts begin in the first store; one that the second store has begun goes on there. */
const joinParts = (first: PartUploads | null, second: PartUploads | null): PartUploads | null =>
  first &&
  second && {
    begin: (target) => first.begin(target),
    resume: async (target) => (await first.resume(target)) ?? second.resume(target),
  };

const compare = (a: ListedObject, b: ListedObject): number => (a.objectKey < b.objectKey ? -1 : 1);

/**
 * Two blob stores as one, for the time in which blobs move from one to the other: uploads and writes go to `primary`,
 * reads look there first and then in `fallback`, deletions are made in both. It is healthy only while both are, because
 * what is in one of them cannot be had from the other.
 */
export const createFallbackBlobStore = ({ primary, fallback }: FallbackBlobStoreOptions): BlobStore => {
  const routes = primary.routes.map((route) => {
    const twin = fallback.routes.find(({ path }) => path === route.path);
    return twin ? joinRoutes(route, twin) : route;
  });
  const others = fallback.routes.filter(({ path }) => primary.routes.every((route) => route.path !== path));

  return {
    signUpload: (target) => primary.signUpload(target),

    parts: joinParts(primary.parts, fallback.parts) ?? primary.parts,

    async accept(object) {
      const acceptance = await primary.accept(object);
      // Its URL may have been given out before there was a new store.
      return acceptance === 'missing' ? fallback.accept(object) : acceptance;
    },

    async signDownload(objectKey, expiresAt) {
      // A size that no object has, so that none is read to tell its hash.
      const isHere = (await primary.inspect(objectKey, -1)) !== null;
      const isThere = !isHere && (await fallback.inspect(objectKey, -1)) !== null;
      return (isThere ? fallback : primary).signDownload(objectKey, expiresAt);
    },

    async inspect(objectKey, expectedSize) {
      return (await primary.inspect(objectKey, expectedSize)) ?? (await fallback.inspect(objectKey, expectedSize));
    },

    async read(objectKey) {
      return (await primary.read(objectKey)) ?? (await fallback.read(objectKey));
    },

    write: (object, chunks) => primary.write(object, chunks),

    async delete(objectKey) {
      // First where reads look last: should the second deletion fail, the object is still whole and can be deleted again.
      await fallback.delete(objectKey);
      await primary.delete(objectKey);
    },

    async list(after, limit) {
      const [own, older] = await Promise.all([primary.list(after, limit), fallback.list(after, limit)]);
      const byKey = new Map(older.map((object) => [object.objectKey, object]));
      for (const object of own) {
        const modifiedAt = Math.max(object.modifiedAt, byKey.get(object.objectKey)?.modifiedAt ?? 0);
        byKey.set(object.objectKey, { ...object, modifiedAt });
      }
      return [...byKey.values()].sort(compare).slice(0, limit);
    },

    async health() {
      await Promise.all([primary.health(), fallback.health()]);
    },

    routes: [...routes, ...others],
  };
};
