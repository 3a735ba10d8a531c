import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { KeyMemory } from '../keys/index.js';

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Keys in a file that its owner alone can read. Whoever can read the file reads everything; see docs/crypto.md. */
export const createFileKeyMemory = (path: string): KeyMemory => ({
  async load() {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  },
  async save(bytes) {
    await writeFile(`${path}.new`, bytes, { mode: 0o600 });
    await rename(`${path}.new`, path);
  },
  clear: () => rm(path, { force: true }),
});
