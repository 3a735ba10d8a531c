import { openPostgresSnapshot } from '@synckeep/postgres';
import type { Pool } from 'pg';
import { majorOf, startTool, untilEnd } from './pg-tools.js';
import type { TakeDatabase } from './taken-database.js';

/** What `pg_dump` writes of a schema, as it is read. @throws Refusal when it fails. */
async function* dump(url: string, schema: string, snapshot: string): AsyncGenerator<Uint8Array> {
  const args = ['--format=custom', `--schema="${schema}"`, `--snapshot=${snapshot}`, '--no-owner', '--no-privileges'];
  const child = startTool('pg_dump', [...args, '--no-password'], url, ['ignore', 'pipe', 'pipe']);
  const ended = untilEnd('pg_dump', child);
  // Awaited below; until then a failure is not one that nobody handles.
  ended.catch(() => {});
  try {
    for await (const chunk of child.stdout ?? []) yield chunk;
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Why `pg_dump` cannot be used; null when it can. */
const whyNoDump = async (version: number): Promise<string | null> => {
  const needed = Math.floor(version / 10_000);
  const found = await majorOf('pg_dump');
  if (found === null) return 'pg_dump is not installed here';
  return found < needed ? `pg_dump ${found} is older than PostgreSQL ${needed}` : null;
};

/** @param directUrl of the database itself, without a pooler between, which `pg_dump` could not go through. */
export const createTakePostgres =
  (pool: Pool, schema: string, directUrl: string): TakeDatabase =>
  async ({ form }) => {
    const snapshot = await openPostgresSnapshot({ pool, schema });
    const { storage, name, version, close } = snapshot;
    const reason = form === 'own' ? await whyNoDump(version) : null;
    const isDumped = form === 'own' && reason === null;
    return {
      form: isDumped ? 'pg_dump' : 'export',
      reason,
      schema,
      storage,
      bytes: isDumped ? () => dump(directUrl, schema, name) : null,
      close,
    };
  };
