import type { DiskSpace, HealthParts, Log } from '../ports/index.js';
import type { Usage } from '../usage/usage.js';

export interface Warning {
  readonly code: 'disk_nearly_full' | 'quotas_nearly_full' | 'backup_failed';
  readonly text: string;
}

const nearly = 0.9;
const mostCounted = 100;

/** The disk, as far as the host says; a disk that cannot be looked at is none. */
export const readDisk = async ({ disk }: HealthParts, log: Log): Promise<DiskSpace | null> => {
  try {
    return (await disk?.()) ?? null;
  } catch (fault) {
    log.warn({ err: fault }, 'The space on the disk is not known.');
    return null;
  }
};

/** What will become a fault when nobody does anything. */
export const findWarnings = async (
  disk: DiskSpace | null,
  usage: Usage,
  { backups }: Pick<HealthParts, 'backups'>,
): Promise<readonly Warning[]> => {
  const warnings: Warning[] = [];
  if (disk && disk.totalBytes > 0 && disk.totalBytes - disk.freeBytes >= nearly * disk.totalBytes) {
    const used = Math.floor((100 * (disk.totalBytes - disk.freeBytes)) / disk.totalBytes);
    const text = `The disk is ${used} % full. A full disk stops every push: make room, or move to a larger one.`;
    warnings.push({ code: 'disk_nearly_full', text });
  }
  const users = await usage.nearlyFull(mostCounted);
  if (users > 0) {
    const who = users === 1 ? '1 user has' : `${users === mostCounted ? '100 or more' : users} users have`;
    warnings.push({ code: 'quotas_nearly_full', text: `${who} stored 90 % or more of what they may.` });
  }
  const failure = (await backups?.()) ?? null;
  if (failure !== null) warnings.push({ code: 'backup_failed', text: failure });
  return warnings;
};
