import { toWireRequest } from '../fixture.js';
import type { WireAnswer } from '../transport.js';
import type { Script } from './script.js';

/** The blocks of a stream as they come. */
const readBlocks = ({ body }: WireAnswer) => {
  let text = '';
  let hear = (): void => {};
  const ended = (async () => {
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString('latin1');
      hear();
    }
  })();
  const has = async (part: string): Promise<void> => {
    while (!text.includes(part)) {
      await new Promise<void>((resolve) => {
        hear = resolve;
      });
    }
  };
  return { ended, has, text: () => text };
};

/** How many keepalives come depends on the time that the network takes: they are counted as one, and after the rest. */
const toComparable = (text: string): string => {
  const blocks = text.split('\n\n');
  const isComment = (block: string) => block.startsWith(':');
  return [...blocks.filter((block) => !isComment(block)), ...new Set(blocks.filter(isComment))].join('\n\n');
};

export const streams: Script = {
  async run({ fixture: f, record, ask }) {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const query = { device_id: laptop.id };
    const request = toWireRequest('subscribe', { token: laptop.token, query });
    const answer = await f.transport.send(request);
    const stream = readBlocks(answer);
    await f.passTime(stream.has('retry:'));
    await phone.write('a');
    await f.passTime(stream.has('event: changed'));
    const body = { new_encrypted_key: 'new' };
    (await phone.call('putKey', { body: { encrypted_key: 'old' } })).ok();
    (await phone.call('beginRotation', { body })).ok();
    await f.passTime(stream.has('event: keys'));
    await f.passTime(stream.has(': keepalive'));
    f.server.endStreams();
    await f.passTime(stream.ended);
    record('subscribe to a push and a rotation', answer, toComparable(stream.text()));

    await ask('subscribe to another app', { ...request, query: 'app_id=x' });
    await ask('subscribe as a device that is not there', { ...request, query: 'device_id=x' });
    await ask('subscribe with a bad ticket', { method: 'GET', path: request.path, query: 'ticket=x' });
    await ask('subscribe after the end', request);
  },
};
