import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram } from '../../packages/server/test/bundle-program.js';
import { createLedger } from './ledger.mjs';

let bundle: Awaited<ReturnType<typeof bundleProgram>>;
beforeAll(async () => {
  bundle = await bundleProgram();
});
afterAll(() => bundle.remove());

const change = (batch: string, index: number) => ({
  table: 't',
  op: 'insert',
  row_id: `${batch}/${index}`,
  data: `${index}`,
});
const row = (batch: string, index: number, seq: number) => ({ ...change(batch, index), seq, device_id: 'd' });
const batchOf = (id: string, size: number) => ({
  batch_id: id,
  device_id: 'd',
  changes: Array.from({ length: size }, (_, index) => change(id, index)),
});

describe('the crash test', () => {
  it('finds every acknowledged change after two kills', async () => {
    const script = fileURLToPath(new URL('../crash.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, '2', '7'], {
      env: { ...process.env, SYNCKEEP_PROGRAM: bundle.path },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, output).toBe(0);
    expect(output).toMatch(/^OK: 2 rounds, seed 7, .* 0 violations$/m);
  }, 120_000);

  it.each([
    ['a lost change', [row('a', 0, 1)], true],
    ['a batch in part', [row('a', 0, 1)], false],
    ['a lost batch', [], true],
    ['a gap', [row('a', 0, 1), row('a', 1, 3)], true],
    ['a doubled batch', [row('a', 0, 1), row('a', 1, 2), row('a', 0, 3), row('a', 1, 4)], true],
    ['an altered change', [row('a', 0, 1), { ...row('a', 1, 2), data: 'x' }], true],
    ['a batch out of order', [row('a', 1, 1), row('a', 0, 2)], true],
  ])('would see %s', (_what, rows, must) => {
    const reports: string[] = [];
    const ledger = createLedger('log', (text: string) => reports.push(text));
    ledger.note(rows);
    ledger.check(batchOf('a', 2), must);
    expect(reports).not.toEqual([]);
  });

  it('is content with whole batches, and with an unacknowledged one that is not there', () => {
    const reports: string[] = [];
    const ledger = createLedger('log', (text: string) => reports.push(text));
    ledger.note([row('a', 0, 1), row('a', 1, 2)]);
    ledger.check(batchOf('a', 2), true);
    ledger.check(batchOf('b', 3), false);
    expect(reports).toEqual([]);
  });
});
