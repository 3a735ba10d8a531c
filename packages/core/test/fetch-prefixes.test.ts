import { describe, expect, it } from 'vitest';
import { createFetchHandler } from '../src/fetch.js';
import { openServer } from './opened-server.js';

describe('the prefixes of the fetch form', () => {
  it.each([
    ['/sync', '/sync/limits'],
    ['/sync/', '/sync/limits'],
    ['/sync//', '/sync/limits'],
    ['/', '/limits'],
    ['', '/limits'],
  ])('"%s" serves %s, with or without a query and a fragment', async (prefix, path) => {
    const { server } = await openServer();
    const handle = createFetchHandler(server, { prefixes: [prefix] });
    for (const rest of ['', '?a=b', '#top', '?a=b#top']) {
      const response = await handle(new Request(`http://sync.test${path}${rest}`));
      expect(await response.json()).toMatchObject({ protocol: 1 });
    }
    await server.close();
  });

  it('match whole segments, and what lies outside of them is not found', async () => {
    const { server } = await openServer();
    const handle = createFetchHandler(server, { prefixes: ['/sync/'] });
    for (const path of ['/', '/limits', '/synchron/limits', '/sync', '/a?/sync/limits', '/a#/sync/limits']) {
      const response = await handle(new Request(`http://sync.test${path}`));
      expect(response.status, path).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'not_found' });
    }
    await server.close();
  });

  it('without a slash before them are refused, with what to write', async () => {
    const { server } = await openServer();
    const create = () => createFetchHandler(server, { prefixes: ['sync/'] });
    expect(create).toThrow(TypeError);
    expect(create).toThrow('write "/sync"');
    await server.close();
  });
});
