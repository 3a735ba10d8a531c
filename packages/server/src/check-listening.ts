import { randomBytes } from 'node:crypto';
import type { Client, Pool } from 'pg';

/** Milliseconds that a notification may take in a database that is busy. */
const patience = 3_000;

/**
 * Whether what is notified through `pool` arrives at a connection of its own. It never does where that connection leads
 * through a pooler in transaction mode, which says nothing about it, or to another database.
 */
export const checkListening = async (pool: Pool, connect: () => Client): Promise<boolean> => {
  const client = connect();
  let timer: NodeJS.Timeout | undefined;
  try {
    const heard = new Promise<boolean>((resolve, reject) => {
      client.once('notification', () => resolve(true));
      client.on('error', reject);
      timer = setTimeout(resolve, patience, false);
    });
    // Until it is waited for below.
    heard.catch(() => {});
    await client.connect();
    const channel = `synckeep_check_${randomBytes(6).toString('hex')}`;
    await client.query(`LISTEN ${channel}`);
    await pool.query(`NOTIFY ${channel}`);
    return await heard;
  } finally {
    clearTimeout(timer);
    await client.end();
  }
};
