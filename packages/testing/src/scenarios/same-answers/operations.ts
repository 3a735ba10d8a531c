import { createHash } from 'node:crypto';
import { adminScopes, prefixes } from '@synckeep/protocol';
import { change, changes } from '../changes.js';
import type { CallInput } from '../fixture.js';
import { askFor, type Script, toSigned } from './script.js';

const bytes = new TextEncoder().encode('an encrypted file');
const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };

/** One life of a user under each prefix: every operation with an answer that is no refusal, and what follows from it. */
export const operations: Script = {
  async run({ fixture: f, ask }) {
    for (const prefix of prefixes) {
      const app = await f.app();
      const user = await f.user();
      const under = (what: string) => `${what} under ${prefix}`;
      const body = { email: user.email, password: user.password, api_key: app.apiKey };
      const { token } = await askFor(ask, 'login', under('right'), { prefix, body });
      const as = (input: CallInput = {}): CallInput => ({ prefix, token, ...input });

      const macbook = { device_name: "Alice's MacBook", platform: 'macos' };
      const { id: device_id } = await askFor(ask, 'registerDevice', under('new'), as({ body: macbook }));
      await askFor(ask, 'registerDevice', under('again'), as({ body: macbook }));
      const phone = { device_name: 'Телефон', platform: 'ios', installation_id: 'one' };
      const other = await askFor(ask, 'registerDevice', under('another'), as({ body: phone }));
      await askFor(ask, 'listDevices', under('two'), as());
      const renamed = { params: { device_id: other.id }, body: { device_name: '😀' } };
      await askFor(ask, 'renameDevice', under('to a face'), as(renamed));

      const batch = { device_id, batch_id: 'one', changes: [change('ä', { data: '"\\\u2028' }), ...changes(5)] };
      await askFor(ask, 'push', under('new'), as({ body: batch }));
      await askFor(ask, 'push', under('again'), as({ body: batch }));
      const page = { device_id: other.id, limit: 2 };
      const { cursor } = await askFor(ask, 'pull', under('first page'), as({ body: page }));
      await askFor(ask, 'pull', under('rest'), as({ body: { device_id: other.id, cursor, rich: true } }));
      await askFor(ask, 'status', under('after a push'), as());
      await askFor(ask, 'limits', under('public'), { prefix });

      await ask(`getKey ${under('absent')}`, { method: 'GET', path: `${prefix}/keys`, headers: bearer(token) });
      await askFor(ask, 'putKey', under('first'), as({ body: { encrypted_key: 'old' } }));
      await askFor(ask, 'getKey', under('present'), as());
      await askFor(ask, 'renewToken', under('young'), as());
      await askFor(ask, 'beginRotation', under('new'), as({ body: { new_encrypted_key: 'new' } }));
      const { entries } = await askFor(ask, 'rotationEntries', under('all'), as({ body: { limit: 500 } }));
      const sealed = entries.map(({ seq }) => ({ seq, data: 'sealed again' }));
      await askFor(ask, 'rotationBatch', under('all'), as({ body: { entries: sealed } }));
      await askFor(ask, 'completeRotation', under('done'), as());
      await askFor(ask, 'keyHistory', under('one replaced'), as());
      await askFor(ask, 'beginRotation', under('another'), as({ body: { new_encrypted_key: 'newer' } }));
      await askFor(ask, 'abortRotation', under('done'), as());

      const { upload_url } = await askFor(ask, 'uploadBlob', under('new'), as({ body: blob }));
      await ask(`PUT ${under('a blob')}`, toSigned('PUT', upload_url, { body: bytes }));
      await askFor(ask, 'confirmBlob', under('right'), as({ body: blob }));
      await askFor(ask, 'uploadBlob', under('again'), as({ body: blob }));
      const { download_url } = await askFor(ask, 'downloadBlob', under('right'), as({ body: { hash: blob.hash } }));
      await ask(`GET ${under('a blob')}`, toSigned('GET', download_url));
      await askFor(ask, 'deleteBlob', under('right'), as({ params: { hash: blob.hash } }));

      await askFor(ask, 'subscribeTicket', under('right'), as());
      await askFor(
        ask,
        'reset',
        under('by password'),
        as({ body: { confirm: 'erase my data', password: user.password } }),
      );
      await askFor(ask, 'deleteDevice', under('right'), as({ params: { device_id } }));

      const admin = { prefix, token: (await f.server.adminTokens.create({ name: 'admin', scopes: adminScopes })).text };
      const params = { app_id: app.id };
      await askFor(ask, 'linkApp', under('to an item'), { ...admin, params, body: { kind: 'item', id: 'notes' } });
      await askFor(ask, 'unlinkApp', under('again'), { ...admin, params });
      await askFor(ask, 'listApps', under('first page'), { ...admin, query: { limit: '1' } });
      await askFor(ask, 'listAudit', under('of the app'), { ...admin, query: { app_id: app.id } });
    }
  },
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
