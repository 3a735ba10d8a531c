import { operationNames, operations } from '@synckeep/protocol';
import { validInput } from '../derived-inputs.js';
import { type CallInput, toWireRequest } from '../fixture.js';
import { inParts, type Script } from './script.js';

const bodies = {
  'malformed JSON': '{"a":}',
  'no object': '[]',
  'an unknown field of the wrong sort': '{"unknown":{"deep":[1,null,"\\u00e4"]}}',
  'half a pair': '{"a":"\\ud800"}',
  'a zero': '{"a":"\\u0000"}',
  'no UTF-8': Uint8Array.of(0x7b, 0xff, 0x7d),
  'a byte order mark': '\ufeff{}',
  nothing: '',
};

/** Every operation, refused in each way that its row of the table allows. */
export const refusals: Script = {
  async run({ fixture: f, ask }) {
    const device = await f.device();
    const stranger = await f.device();
    for (const name of operationNames) {
      const input = validInput(device)[name];
      const send = (what: string, extra: CallInput) =>
        ask(`${name} with ${what}`, toWireRequest(name, { ...input, ...extra }));
      const { access, bodyLimit } = operations[name];
      if (access !== 'public') {
        await send('no token', {});
        await send('another scheme', { headers: { authorization: 'Basic YTpi' } });
        await send('a bad token', { token: 'garbage' });
      }
      if (bodyLimit === 0) continue;
      const { token } = stranger;
      for (const [what, raw] of Object.entries(bodies)) await send(what, { token, raw });
      await send('a body of text', { token, headers: { 'content-type': 'text/plain' } });
      await send('a body of no type that there is', { token, headers: { 'content-type': ';' } });
      await send('a body in parts', { token, raw: inParts(JSON.stringify(input.body), 7) });
      const tooLong = JSON.stringify(input.body).padEnd(bodyLimit + 1);
      await send('a body that announces too much', { token, raw: tooLong });
      await send('a body of too many parts', { token, raw: inParts(tooLong, 65_536) });
    }
  },
};
