import { describeStorage } from '@synckeep/testing';
import { afterAll } from 'vitest';
import { startPostgres } from './database.js';
import { openStorages } from './opened.js';

const server = await startPostgres();
afterAll(() => server.stop());

describeStorage('postgres', { open: () => openStorages(server) });
