import { systemClock } from '@synckeep/core';
import { afterEach, expect, it } from 'vitest';
import { createBackupState } from '../src/backup/backup-state.js';
import { administerHere, runHere } from './here.js';
import { createInUse } from './in-use.js';

const { makeFolder, serve, close } = createInUse();
afterEach(close);

it('a scheduled backup that failed is a warning of the health until one succeeds', async () => {
  const dataDir = makeFolder();
  const server = await serve(dataDir);
  const env = { SYNCKEEP_DATA_DIR: dataDir };
  const { token } = await runHere<{ token: string }>(env, 'admin-token', 'create', 'health', '--scopes', 'server:read');
  const readWarnings = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${server.url}/api/admin/health`, { headers });
    return JSON.parse(await answer.text()).warnings;
  };
  expect(await readWarnings()).toEqual([]);
  await administerHere({ dataDir }, async ({ storage: { records } }) => {
    const state = createBackupState(records, systemClock);
    const failure = { at: Date.UTC(2030, 0, 1), sentence: 'The place is full.' };
    await state.change((present) => ({ ...present, failure }));
    expect(await readWarnings()).toEqual([
      { code: 'backup_failed', text: 'The last backup failed at 2030-01-01T00:00:00.000Z: The place is full.' },
    ]);
    await state.change((present) => ({ ...present, failure: null }));
    expect(await readWarnings()).toEqual([]);
  });
});
