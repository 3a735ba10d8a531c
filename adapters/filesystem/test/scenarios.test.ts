import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesystemBlobStore } from '@synckeep/filesystem';
import { describeScenarios } from '@synckeep/testing';

describeScenarios('blobs on a disk', {
  async blobStore({ clock, random, publicUrl }) {
    const folder = await mkdtemp(join(tmpdir(), 'synckeep-blobs-'));
    const secret = { id: 'one', bytes: random.bytes(32) };
    return {
      blobStore: createFilesystemBlobStore({
        folder,
        clock,
        baseUrl: () => publicUrl,
        secrets: { list: () => [secret] },
      }),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
});
