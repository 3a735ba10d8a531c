import { createHash } from 'node:crypto';
import type { Fixture } from '../fixture.js';
import { askFor, inParts, type Script, toSigned } from './script.js';

const quarter = 15 * 60_000;

const toBlob = (f: Fixture, length: number) => {
  const bytes = f.random.bytes(length);
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: length };
};

/** Bytes that the core does not make, in both directions. */
export const blobs: Script = {
  async run({ fixture: f, ask }) {
    const { token } = await f.device();
    const send = (what: string, method: string, url: string, extra = {}) =>
      ask(`${method} ${what}`, toSigned(method, url, extra));

    for (const length of [0, 1, 300_000]) {
      const { bytes, ...blob } = toBlob(f, length);
      const { upload_url } = await askFor(ask, 'uploadBlob', `of ${length}`, { token, body: blob });
      if (length > 0) await send(`${length} too short`, 'PUT', upload_url, { body: bytes.subarray(1) });
      await send(`${length} too long`, 'PUT', upload_url, { body: f.random.bytes(length + 1) });
      await send(`${length} forged`, 'PUT', upload_url.replace('signature=', 'signature=0'), { body: bytes });
      await send(`${length} as a download`, 'GET', upload_url);
      await send(`${length} to be removed`, 'DELETE', upload_url);
      if (length > 1) {
        const text = Buffer.from(bytes.map((byte) => byte & 0x7f)).toString('latin1');
        await send(`${length} with other bytes, in parts`, 'PUT', upload_url, { body: inParts(text, 4_096) });
      }
      await send(`${length} right`, 'PUT', upload_url, { body: bytes });
      await send(`${length} twice`, 'PUT', upload_url, { body: bytes });
      await askFor(ask, 'confirmBlob', `of ${length}`, { token, body: blob });

      const { download_url } = await askFor(ask, 'downloadBlob', `of ${length}`, { token, body: { hash: blob.hash } });
      await send(`${length} whole`, 'GET', download_url);
      await send(`${length} whole`, 'HEAD', download_url);
      const tag = `"${blob.hash}"`;
      for (const range of [
        'bytes=0-0',
        'bytes=5-',
        'bytes=-7',
        'bytes=100-70000',
        'bytes=0-1,3-4',
        'bytes=x',
        'lines=1-2',
      ]) {
        await send(`${length} ${range}`, 'GET', download_url, { headers: { range } });
        await send(`${length} ${range} if same`, 'GET', download_url, { headers: { range, 'if-range': tag } });
        await send(`${length} ${range} if other`, 'GET', download_url, { headers: { range, 'if-range': '"other"' } });
        await send(`${length} ${range}`, 'HEAD', download_url, { headers: { range } });
      }
      await send(`${length} into a download`, 'PUT', download_url, { body: bytes });
      f.clock.advance(quarter + 1);
      await send(`${length} too late`, 'GET', download_url);
      await send(`${length} too late`, 'PUT', upload_url, { body: bytes });
    }
  },
};
