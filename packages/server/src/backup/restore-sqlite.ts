import { createWriteStream, statSync } from 'node:fs';
import { mkdir, readFile as readText, rename, rm, writeFile as writeText } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Composition } from '../compose.js';
import { partSettings } from '../part-settings.js';
import { prepareFolder } from '../prepare-folder.js';
import { codeOf, Refusal } from '../refusal.js';
import { secretFileName } from '../secret-file.js';
import { toSource } from '../setting.js';
import { syncFolder } from '../sync-folder.js';
import { readFile } from './files.js';
import { bringExport, type FinishReport, finishRestore } from './finish-restore.js';
import type { RestoreTarget } from './restore-target.js';

const databaseName = 'synckeep.db';

const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readText(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

/** A data folder. Everything is made ready in a folder within it; the last step gives the database its name. */
export const createSqliteTarget = (dataDir: string): RestoreTarget => ({
  shown: `the data folder ${dataDir}`,

  async check({ manifest }) {
    if (manifest.database.form === 'pg_dump') {
      throw new Refusal(
        `This backup is a dump of PostgreSQL. Name a database for it with ${toSource(partSettings.database)}.`,
      );
    }
    prepareFolder(dataDir, toSource(partSettings.dataDir));
    for (const name of [databaseName, `${databaseName}-wal`]) {
      if (statSync(join(dataDir, name), { throwIfNoEntry: false })) {
        throw new Refusal(`There is a ${name} in ${dataDir} already. A backup is restored into an empty place only.`);
      }
    }
  },

  async bring({ repository, snapshot, composeAt }): Promise<FinishReport> {
    const { database, secret } = snapshot.manifest;
    const staging = join(dataDir, 'restoring');
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { mode: 0o700 });

    const kept = await readIfThere(join(dataDir, secretFileName));
    let text = kept;
    if (secret) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of readFile(repository, 'sealed', secret)) chunks.push(chunk);
      text = Buffer.concat(chunks).toString('utf8');
      if (kept !== null && kept !== text) {
        throw new Refusal(
          `There is a ${secretFileName} file in ${dataDir} that is not the one of the backup. Move it away.`,
        );
      }
    }
    if (text !== null) await writeText(join(staging, secretFileName), text, { mode: 0o600, flush: true });

    const path = join(staging, databaseName);
    if (database.form === 'sqlite') {
      const source = readFile(repository, 'sealed', database.file);
      await pipeline(source, createWriteStream(path, { mode: 0o600, flush: true }));
    }
    const report = await composeAt({ dataDir: staging }, async (composition: Composition) => {
      if (database.form === 'export') await bringExport(composition, repository, snapshot);
      return finishRestore(composition, repository);
    });

    syncFolder(staging);
    if ((await readIfThere(join(staging, secretFileName))) !== null) {
      await rename(join(staging, secretFileName), join(dataDir, secretFileName));
    }
    await rename(path, join(dataDir, databaseName));
    syncFolder(dataDir);
    await rm(staging, { recursive: true, force: true });
    return report;
  },
});
