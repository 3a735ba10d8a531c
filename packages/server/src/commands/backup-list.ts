import type { Command } from 'commander';
import { administrativeCommand, type CommonFlags } from '../administer.js';
import { withRepository } from '../backup/open-named-place.js';
import { listSnapshots, type Snapshot } from '../backup/snapshots.js';
import { print, toColumns } from '../print.js';

const noKeys = { recipients: [], identities: [], passphrase: null };

const toView = ({ id, manifest }: Snapshot) => ({
  snapshot: id,
  taken_at: manifest.taken_at,
  ended_at: manifest.ended_at,
  release: manifest.release,
  database: manifest.database.form,
  database_bytes: manifest.database.file.size_bytes,
  blobs: manifest.blobs.count,
  blob_bytes: manifest.blobs.size_bytes,
  lost_blobs: manifest.blobs.lost,
});

export const backupList = (): Command =>
  administrativeCommand('list', 'List the backups of a place, oldest first. Needs no key.')
    .argument('[place]', 'a folder or s3://bucket/prefix?…; that of --backup when left out')
    .action((named: string | undefined, flags: CommonFlags) =>
      withRepository({ named, flags, keys: noKeys, use: 'look' }, async (repository) => {
        const snapshots = await listSnapshots(repository);
        const rows = snapshots.map(toView);
        const lines = toColumns([
          ['SNAPSHOT', 'TAKEN', 'DATABASE', 'BYTES', 'BLOBS', 'BLOB BYTES'],
          ...rows.map((row) =>
            [row.snapshot, row.taken_at, row.database, row.database_bytes, row.blobs, row.blob_bytes].map(String),
          ),
        ]);
        print(flags, rows, lines);
      }),
    );
