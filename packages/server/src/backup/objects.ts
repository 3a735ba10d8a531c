import { type MovableKind, movableKinds, type Scope, type Storage } from '@synckeep/core';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';

/** Something that the blob store has for the database: a confirmed blob, or an artifact of a release. */
export interface NeededObject {
  readonly objectKey: string;
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly sizeBytes: number;
}

const page = { limit: 500, maxBytes: 4 * 1024 * 1024 };
const scopesPerPage = 100;
const recordsPerPage = 100;

async function* blobsOf(storage: Storage, scope: Scope): AsyncGenerator<NeededObject> {
  for (let after = null as Awaited<ReturnType<typeof storage.transfer.read<'blob'>>>[number] | null; ; ) {
    const found = await storage.transfer.read(scope, 'blob', { after, ...page });
    yield* found;
    after = found.at(-1) ?? null;
    if (after === null) return;
  }
}

/** Everything that a storage has in its blob store, in no order. What an unfinished import brought is left out. */
export async function* neededObjects(storage: Storage, kinds: readonly MovableKind[]): AsyncGenerator<NeededObject> {
  for (let after: Scope | null = null; ; ) {
    const scopes: readonly Scope[] = await storage.scopes({ appId: null, userId: null }, after, scopesPerPage);
    for (const scope of scopes) yield* blobsOf(storage, scope);
    after = scopes.at(-1) ?? null;
    if (after === null) break;
  }
  for (const movable of movableKinds(kinds).values()) {
    for (let after = ''; ; ) {
      const found = await storage.records.all({ kind: movable.name, key: after }, recordsPerPage);
      const own = found.filter(({ kind }) => kind === movable.name);
      for (const { value } of own) yield* movable.objectsOf(value);
      after = own.at(-1)?.key ?? '';
      if (own.length < recordsPerPage) break;
    }
  }
}

/** Objects in order of hash, however many: they are in a temporary file of SQLite, not in memory. */
export const createObjectList = () => {
  const database = new Sqlite('');
  database.exec(
    `CREATE TABLE object (hash TEXT NOT NULL, object_key TEXT NOT NULL, size_bytes INTEGER NOT NULL, lost INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (hash, object_key)) WITHOUT ROWID`,
  );
  const insert = database.prepare<[string, string, number]>(
    'INSERT OR IGNORE INTO object (hash, object_key, size_bytes) VALUES (?, ?, ?)',
  );
  const lose = database.prepare<[string]>('UPDATE object SET lost = 1 WHERE hash = ?');
  const next = database.prepare<[string, string], { hash: string; objectKey: string; sizeBytes: number; lost: number }>(
    `SELECT hash, object_key AS objectKey, size_bytes AS sizeBytes, lost FROM object
     WHERE (hash, object_key) > (?, ?) ORDER BY hash, object_key LIMIT 1000`,
  );
  let find: Sqlite.Statement<[string], number> | undefined;
  // One transaction for all of it: nothing here outlives the process.
  database.exec('BEGIN');
  return {
    add({ hash, objectKey, sizeBytes }: NeededObject): void {
      insert.run(hash, objectKey, sizeBytes);
    },
    has(objectKey: string): boolean {
      // Made with the first question, because a backup asks none.
      database.exec('CREATE INDEX IF NOT EXISTS object_by_key ON object (object_key)');
      find ??= database.prepare<[string], number>('SELECT 1 FROM object WHERE object_key = ?').pluck();
      return find.get(objectKey) !== undefined;
    },
    /** The blob is not to be had: it is left out from here on. */
    lose(hash: string): void {
      lose.run(hash);
    },
    *inOrder(): Generator<NeededObject> {
      for (let last = { hash: '', objectKey: '' }; ; ) {
        const found = next.all(last.hash, last.objectKey);
        for (const { lost, ...object } of found) if (lost === 0) yield object;
        const end = found.at(-1);
        if (!end) return;
        last = end;
      }
    },
    close(): void {
      database.close();
    },
  };
};

export type ObjectList = ReturnType<typeof createObjectList>;

const lineSchema = z.strictObject({
  object_key: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  size_bytes: z.int().min(0),
});

const encoder = new TextEncoder();

/** The lines of a list. */
export async function* toLines(objects: Iterable<NeededObject>): AsyncGenerator<Uint8Array> {
  for (const { objectKey, hash, sizeBytes } of objects) {
    yield encoder.encode(`${JSON.stringify({ object_key: objectKey, hash, size_bytes: sizeBytes })}\n`);
  }
}

/** What `toLines` wrote. */
export async function* fromLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NeededObject> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { object_key: objectKey, hash, size_bytes: sizeBytes } = lineSchema.parse(JSON.parse(line));
      yield { objectKey, hash, sizeBytes };
    }
  }
}

/** The different hashes of a list that is in order of them, as bytes. */
export async function* toHashes(objects: Iterable<NeededObject>): AsyncGenerator<Uint8Array> {
  let last = '';
  for (const { hash } of objects) {
    if (hash !== last) yield Buffer.from(hash, 'hex');
    last = hash;
  }
}

const hashLength = 32;

/** What `toHashes` wrote, in hex. Chunks of a file hold whole hashes only. */
export async function* fromHashes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    for (let at = 0; at + hashLength <= bytes.length; at += hashLength)
      yield bytes.toString('hex', at, at + hashLength);
  }
}
