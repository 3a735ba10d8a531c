import type { BlobStore } from '../ports/index.js';
import type { MovingCounts } from './counts.js';
import type { LineOf } from './format.js';
import { checkObjects, importBlob } from './import-blob.js';
import type { StagedObjects } from './import-records.js';
import type { LineReader } from './line-reader.js';

/** Takes the bytes and keeps nothing of them. */
const nowhere: Pick<BlobStore, 'write'> = {
  async write(_object, chunks) {
    for await (const _ of chunks);
  },
};

/** Brings the objects of records, each after the record that it belongs to. */
export const createObjectImport = (deps: {
  readonly blobStore: BlobStore;
  readonly reader: LineReader;
  readonly areBlobsReferenced: boolean;
  readonly counts: MovingCounts;
}) => {
  const { blobStore, reader, areBlobsReferenced, counts } = deps;

  /** @throws MovingError */
  return async (line: LineOf<'object'>, { objects, isKept }: StagedObjects): Promise<void> => {
    const object = objects.find(
      ({ objectKey, hash, sizeBytes }) =>
        objectKey === line.object_key && hash === line.hash && sizeBytes === line.size_bytes,
    );
    if (!object) throw reader.refuse('is no object of the record that came before it');
    if (areBlobsReferenced && isKept) await checkObjects([object], blobStore, async () => new Set());
    if (areBlobsReferenced) return;
    await importBlob(object, reader, isKept ? blobStore : nowhere, (count) => {
      counts.blobBytes += count;
    });
    counts.blobs += 1;
  };
};
