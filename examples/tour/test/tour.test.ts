import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram } from '../../../packages/server/test/bundle-program.js';
import { exactly, list, object, someText } from '../shape.mjs';

let bundle: Awaited<ReturnType<typeof bundleProgram>>;
beforeAll(async () => {
  bundle = await bundleProgram();
});
afterAll(() => bundle.remove());

describe('the tour', () => {
  it('plays two devices through the whole protocol and finds every answer as documented', async () => {
    const tour = fileURLToPath(new URL('../tour.mjs', import.meta.url));
    const child = spawn(process.execPath, [tour], { env: { ...process.env, SYNCKEEP_PROGRAM: bundle.path } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, output).toBe(0);
    for (const path of [
      'auth',
      'devices',
      'push',
      'pull',
      'status',
      'keys',
      'blobs/confirm',
      'subscribe',
      'keys/rotate/complete',
    ]) {
      expect(output).toMatch(new RegExp(`^→ [A-Z]+ /api/sync/${path}`, 'm'));
    }
    expect(output).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  }, 60_000);

  it('would see a field that is missing or mistyped', () => {
    const shape = object({ cursor: someText, changes: list(object({ op: exactly('insert') })) });
    expect(() => shape({ cursor: 'x', changes: [{ op: 'insert' }], more: 1 }, 'it')).not.toThrow();
    expect(() => shape({ changes: [] }, 'it')).toThrow('it lacks the field cursor.');
    expect(() => shape({ cursor: 7, changes: [] }, 'it')).toThrow('it.cursor should be');
    expect(() => shape({ cursor: 'x', changes: [{ op: 'INSERT' }] }, 'it')).toThrow('it.changes[0].op should be');
    expect(() => shape(null, 'it')).toThrow('it should be an object');
  });
});
