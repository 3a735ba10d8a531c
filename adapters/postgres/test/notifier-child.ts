import { Pool } from 'pg';
import { createPostgresNotifier } from '../src/notifier.js';

/** A process as a command line has it, which publishes and ends: `notifier-child.mjs URL`. */
const pool = new Pool({ connectionString: process.argv[2] });
const notifier = createPostgresNotifier({ pool });
const scope = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
notifier.publish({ topic: 'keys', scope });
notifier.publish({ topic: 'access' });
await notifier.close();
await pool.end();
