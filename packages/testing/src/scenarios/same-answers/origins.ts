import { operationNames } from '@synckeep/protocol';
import { sampleHash, validInput } from '../derived-inputs.js';
import { toWireRequest } from '../fixture.js';
import type { Script } from './script.js';

const known = 'https://app.example';
const samples = { known, unknown: 'https://other.example', null: 'null', odd: 'tauri://localhost' };

/** What a browser asks before, and what it sends along. */
export const origins: Script = {
  async run({ fixture: f, ask }) {
    const app = await f.app({ origins: [known] });
    const device = await f.device(await f.caller(app));
    for (const [what, origin] of Object.entries(samples)) {
      for (const name of operationNames) {
        const input = { params: { device_id: device.id, hash: sampleHash }, ...validInput(device)[name] };
        const request = toWireRequest(name, input);
        const preflight = {
          origin,
          'access-control-request-method': request.method,
          'access-control-request-headers': 'authorization,content-type',
        };
        await ask(`OPTIONS of ${name} from an origin that is ${what}`, {
          method: 'OPTIONS',
          path: request.path,
          headers: preflight,
        });
      }
      const headers = { origin, authorization: `Bearer ${device.token}` };
      await ask(`status from an origin that is ${what}`, { method: 'GET', path: '/api/sync/status', headers });
      await ask(`limits from an origin that is ${what}`, {
        method: 'GET',
        path: '/api/sync/limits',
        headers: { origin },
      });
      const path = '/api/sync/blobs/object/a/b/c';
      for (const method of ['GET', 'PUT']) {
        const preflight = { origin, 'access-control-request-method': method };
        await ask(`OPTIONS of ${method} of a blob from ${what}`, { method: 'OPTIONS', path, headers: preflight });
      }
      await ask(`OPTIONS of nothing from ${what}`, {
        method: 'OPTIONS',
        path: '/api/sync/nothing',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    }
  },
};
