import { expect, it } from 'vitest';
import { createFetchHandler } from '../src/fetch.js';
import { openServer } from './opened-server.js';

it('offers no updates where the host did not say where it is reached', async () => {
  const { server } = await openServer();
  const fetch = createFetchHandler(server);
  for (const path of ['linux/x86_64/1.0.0', 'electron/latest.yml', 'sparkle/aarch64/appcast.xml']) {
    const answer = await fetch(new Request(`http://sync.test/api/sync/ota/notes/${path}`));
    expect([answer.status, JSON.parse(await answer.text())]).toMatchObject([404, { code: 'updates_disabled' }]);
  }
  const limits = await fetch(new Request('http://sync.test/api/sync/limits'));
  expect(JSON.parse(await limits.text()).features).not.toContain('updates');
  await server.close();
});
