import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { startPostgres } from '../../../adapters/postgres/test/database.js';
import { startExample } from '../../start-example.js';
import { playTwoDevices } from '../../two-devices.js';

const workspace = fileURLToPath(new URL('..', import.meta.url));

/** Two nodes of the app on one database, a device at each. @param blobs a folder that both see, or the URL of a bucket */
export const playNodes = async (blobs: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const environment = {
    DATABASE_URL: postgres.url,
    BLOBS: blobs,
    APP_SECRET: 'a long random text',
    PORT: '0',
    ...more,
  };
  const nodes = [await startExample(workspace, environment), await startExample(workspace, environment)];
  const [laptop = '', phone = ''] = nodes.map(({ url }) => url);
  const { downloadUrl } = await playTwoDevices(laptop, phone);
  expect(new URL(downloadUrl).origin === phone).toBe(!blobs.startsWith('s3://'));
  for (const node of nodes) expect(await node.stop(), node.output()).toBe(0);
};
