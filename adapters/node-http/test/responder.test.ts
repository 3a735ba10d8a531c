import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { createNodeResponder } from '@synckeep/node-http';
import { isSyncError } from '@synckeep/protocol';
import { createBareServer } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';
import { listen, text } from './stage.js';

const limit = 1_000;

/** Answers the body that it got, or the code of its refusal. */
const echo = createBareServer(async ({ body, path, query, address }) => {
  try {
    return text(`${path} ${query} ${address} ${Buffer.from(await body.bytes(limit))}`);
  } catch (error) {
    return text(isSyncError(error) ? error.code : String(error), 400);
  }
});

describe('a request that a framework has routed', () => {
  const open = async (toContent?: () => Readable | Promise<Readable>) => {
    const respond = createNodeResponder(echo, null);
    const target = { path: '/push', query: 'a=b' };
    const { url } = await listen(async (request, response) => {
      const content = await toContent?.();
      respond({ request, response, target, address: '192.0.2.1', ...(content && { content }) });
    });
    return async (body: string) => (await fetch(url, { method: 'POST', body })).text();
  };

  it('is answered as the framework says what it asks for, and who asks', async () => {
    const post = await open();
    expect(await post('body')).toBe('/push a=b 192.0.2.1 body');
  });

  it('can have another body than its own, which is read up to the limit too', async () => {
    const contents = [Buffer.from('unpacked'), Buffer.alloc(limit + 1), Buffer.from('again')];
    const post = await open(() => {
      const content = new PassThrough();
      content.end(contents.shift());
      return content.pause();
    });
    expect(await post('packed')).toBe('/push a=b 192.0.2.1 unpacked');
    expect(await post('packed')).toBe('body_too_large');
    expect(await post('packed')).toBe('/push a=b 192.0.2.1 again');
  });

  it('is refused when that body breaks, be it before anybody asks for it', async () => {
    const broken = await open(async () => {
      const content = new PassThrough();
      content.destroy(new Error('no gzip'));
      await once(content, 'error');
      return content;
    });
    expect(await broken('packed')).toBe('invalid_json');
    const breaking = await open(() => {
      const content = new PassThrough();
      setImmediate(() => content.destroy(new Error('no gzip')));
      return content;
    });
    expect(await breaking('packed')).toBe('invalid_json');
  });
});
