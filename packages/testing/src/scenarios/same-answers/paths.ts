import { prefixes } from '@synckeep/protocol';
import type { Script } from './script.js';

/** Without dot segments: a Web `Request` has resolved them before anybody can see them. */
const odd = [
  '',
  '/',
  '//push',
  '/push/',
  '/PUSH',
  '/nothing',
  '/devices/',
  '/devices/a/b',
  `/devices/${'a'.repeat(5_000)}`,
  '/devices/%20',
  '/devices/%c3%a4',
  '/devices/%2f',
  '/devices/%252f',
  '/devices/%00',
  '/devices/~!$&()*+,;=:@',
  '/devices/%',
  '/devices/%zz',
  '/devices/%c3%28',
  '/devices/%ff',
  '/%zz',
  '/blobs/object/',
  '/blobs/object/%zz',
  '/blobs/object/a',
];

const queries = [
  '',
  'a',
  '&&&',
  'device_id=%e4',
  'cursor=%e0%a4%a',
  'cursor=%',
  'cursor=a%20b',
  'device_id=a&device_id=b',
  '?',
];

export const paths: Script = {
  async run({ fixture: f, ask }) {
    const { token } = await f.caller();
    const headers = { authorization: `Bearer ${token}` };
    for (const prefix of prefixes) {
      for (const path of odd) {
        for (const method of ['GET', 'DELETE', 'POST'])
          await ask(`${method} ${prefix}${path}`, { method, path: prefix + path, headers });
      }
    }
    for (const query of queries) {
      await ask(`status ?${query}`, { method: 'GET', path: '/api/sync/status', query, headers });
      await ask(`limits ?${query}`, { method: 'GET', path: '/api/sync/limits', query });
    }
  },
};
