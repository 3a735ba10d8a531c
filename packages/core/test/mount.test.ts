import { describe, expect, it } from 'vitest';
import { createMount, standardMount } from '../src/mount.js';

describe('createMount', () => {
  const mount = createMount(['/api/sync', '/api/v1/sync/']);

  it.each([
    ['/api/sync/push', '/push', ''],
    ['/api/v1/sync/push', '/push', ''],
    ['/api/sync', '/', ''],
    ['/api/sync/', '/', ''],
    ['/api/sync?a=b', '/', 'a=b'],
    ['/api/sync/a%2Fb/%zz?x=%zz&y=?', '/a%2Fb/%zz', 'x=%zz&y=?'],
    ['/api/sync//push', '//push', ''],
    ['http://host:80/api/sync/push?q', '/push', 'q'],
    ['/api/sync/../etc', '/../etc', ''],
  ])('takes %s as it came', (url, path, query) => {
    expect(mount(url)).toEqual({ path, query });
  });

  it.each([
    '/api/synchron',
    '/api/sync%2Fpush',
    '/',
    '*',
    '',
    '/API/sync/push',
    '/x?/api/sync/push',
    'http://api/sync/push',
  ])('leaves %s alone', (url) => {
    expect(mount(url)).toBeNull();
  });

  it('serves the root when the prefix is empty', () => {
    expect(createMount([''])('/push?x')).toEqual({ path: '/push', query: 'x' });
    expect(createMount(['/'])('/push')).toEqual({ path: '/push', query: '' });
  });

  it('serves the operations of /admin, and nothing else, below the prefix of administrators [P-170]', () => {
    expect(standardMount('/api/admin/apps?limit=1')).toEqual({ path: '/admin/apps', query: 'limit=1' });
    expect(standardMount('/api/admin/%zz')).toEqual({ path: '/admin/%zz', query: '' });
    expect(standardMount('/api/sync/admin/apps')).toEqual({ path: '/admin/apps', query: '' });
    for (const url of ['/api/push', '/api/administrators', '/admin/apps', '/api'])
      expect(standardMount(url)).toBeNull();
    expect(createMount(['/sync'], [''])('/admin/apps')).toEqual({ path: '/admin/apps', query: '' });
  });

  it('names a prefix that cannot be', () => {
    expect(() => createMount(['api'])).toThrow('write "/api"');
  });
});
