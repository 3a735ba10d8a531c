import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '@synckeep/core';

const share = ({ freeBytes, totalBytes }: DiskSpace): number => freeBytes / Math.max(1, totalBytes);

/** The fullest of the disks that these folders are on; null without a folder. What root keeps for itself is not free. */
export const createDiskSpace = (folders: readonly string[]) => async (): Promise<DiskSpace | null> => {
  const disks = await Promise.all(
    folders.map(async (folder): Promise<DiskSpace> => {
      const { bsize, bavail, blocks } = await statfs(folder);
      return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
    }),
  );
  return disks.sort((a, b) => share(a) - share(b))[0] ?? null;
};
