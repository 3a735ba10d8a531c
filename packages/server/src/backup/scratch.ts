import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pattern = /^synckeep-backup-([0-9]+)-[A-Za-z0-9]{6}$/;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Does `work` with a folder of its own below TMPDIR, and removes it. Removes what killed processes left there, too. */
export const withScratch = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = pattern.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(tmpdir(), `synckeep-backup-${process.pid}-`));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
