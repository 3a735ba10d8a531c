import { operationNames, operations } from '@synckeep/protocol';
import { sampleHash } from '../derived-inputs.js';
import { toWireRequest } from '../fixture.js';
import type { Script } from './script.js';

/** Those that every runtime can send and every framework knows. */
const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Every path with every method that it does not have. */
export const methods: Script = {
  async run({ fixture: f, ask }) {
    const device = await f.device();
    const params = { device_id: device.id, hash: sampleHash };
    const rowsByPath = new Map(operationNames.map((name) => [operations[name].path, name]));
    for (const [row, name] of rowsByPath) {
      const { path } = toWireRequest(name, { params });
      const here: readonly string[] = operationNames
        .filter((each) => operations[each].path === row)
        .map((each) => operations[each].method);
      for (const method of known.filter((each) => !here.includes(each))) {
        await ask(`${method} ${row}`, { method, path, headers: { authorization: `Bearer ${device.token}` } });
      }
    }
    for (const method of known) await ask(`${method} of nothing`, { method, path: '/api/sync/nothing' });
  },
};
