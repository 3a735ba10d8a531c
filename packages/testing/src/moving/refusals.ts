import { MovingError } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { createScope, newDevice, register } from '../contracts/samples.js';
import { expectNothing, openFullAccount, readMoved } from './full-account.js';
import { exportOf, freshExportOf, fromLines, importInto, linesOf, type Moving } from './moving-ends.js';

export const describeRefusals = (opened: Moving): void => {
  describe('a stream that cannot be imported', () => {
    const open = async () => {
      const { from, to } = opened();
      const { scope } = await openFullAccount(from, to);
      const stream = await freshExportOf(from, scope);
      return { from, to, scope, stream, lines: linesOf(stream) };
    };

    const expectRefused = async (pending: Promise<unknown>, sentence: RegExp): Promise<void> => {
      const error = await pending.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(MovingError);
      expect(String(error)).toMatch(sentence);
    };

    it('leaves nothing behind where it is cut off, wherever that is', async () => {
      const { to, scope, stream, lines } = await open();
      for (let length = 0; length < lines.length; length++) {
        await expectRefused(importInto(to, fromLines(lines.slice(0, length))), /is cut off|no export/);
        await expectNothing(to, scope);
      }
      await expectRefused(importInto(to, stream.subarray(0, -20)), /middle of a line/);
      await expectNothing(to, scope);
      await importInto(to, stream);
    });

    it('leaves nothing behind where a line was changed, left out, doubled or moved', async () => {
      const { to, scope, lines } = await open();
      const changed = (line: string): string => {
        const at = line.search(/[0-9a-f](?=[^"]*"?[,}]?[^,]*$)/);
        return `${line.slice(0, at)}${line.charAt(at) === '7' ? '8' : '7'}${line.slice(at + 1)}`;
      };
      for (const [index, line] of lines.entries()) {
        const [before, after] = [lines.slice(0, index), lines.slice(index + 1)];
        const broken = [
          [changed(line), ...after],
          after,
          [line, line, ...after],
          [...after.slice(0, 1), line, ...after.slice(1)],
        ];
        for (const rest of broken) {
          const stream = [...before, ...rest];
          if (stream.join() === lines.join()) continue;
          await expectRefused(importInto(to, fromLines(stream)), /./);
          await expectNothing(to, scope);
        }
      }
    });

    it('leaves nothing behind where something follows its end', async () => {
      const { to, scope, lines } = await open();
      await expectRefused(importInto(to, fromLines([...lines, ...lines])), /comes after the end/);
      await expectNothing(to, scope);
    });

    it('is told apart from an export by its first line, and a foreign format by its number', async () => {
      const { to, scope, lines } = await open();
      for (const first of ['', '{}', '[]', 'PK\u0003\u0004', '{"synckeep_export":"1"}', '\u0000']) {
        await expectRefused(importInto(to, fromLines([first, ...lines.slice(1)])), /no export of Synckeep|not JSON/);
      }
      await expectRefused(
        importInto(to, fromLines(['{"synckeep_export":2,"more":true}'])),
        /has format 2, .* reads format 1/,
      );
      await expectRefused(importInto(to, Buffer.from([0xff, 0xfe, 0x0a])), /not JSON/);
      await expectNothing(to, scope);
    });

    it('is refused before a line that never ends fills the memory', async () => {
      const { to } = opened();
      let produced = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (; produced < 1000; produced++) yield new Uint8Array(1024 * 1024).fill(0x20);
      }
      await expectRefused(importInto(to, endless()), /longer than any line/);
      expect(produced).toBeLessThan(20);
    });

    it('is refused where the account has something already, which stays as it is', async () => {
      const { to, scope, stream } = await open();
      await register(to.storage, scope);
      const before = await readMoved(to, scope);
      await expectRefused(importInto(to, stream), /has something here already/);
      expect(await readMoved(to, scope)).toEqual(before);
      while (!(await to.storage.erase(scope, 100)));
      await importInto(to, stream);
    });

    it('is refused the second time, and so is another export of the same account', async () => {
      const { from, to, scope, stream } = await open();
      await importInto(to, stream);
      const before = await readMoved(to, scope);
      await expectRefused(importInto(to, stream), /here already. Nothing was changed/);
      await expectRefused(importInto(to, await freshExportOf(from, scope)), /has something here already/);
      expect(await readMoved(to, scope)).toEqual(before);
      expect(await to.storage.deviceStore.register(scope, newDevice())).toMatchObject({ created: true });
    });

    it('is refused under an account that it cannot have', async () => {
      const { from, to, scope } = await open();
      const as = createScope();
      const whole = await freshExportOf(from, { appId: null, userId: scope.userId });
      await expectRefused(importInto(to, whole, { as }), /Export with --app/);
      await expectRefused(
        importInto(to, await freshExportOf(from, { appId: scope.appId, userId: null }), { as }),
        /Export with --user/,
      );
      await expectRefused(importInto(to, await freshExportOf(from, scope), { as }), /There is no app/);
      const referenced = await freshExportOf(from, scope, { blobs: 'referenced' });
      await expectRefused(importInto(to, referenced, { as }), /Export with the blobs/);
      await expectNothing(to, as);
    });

    it('is refused where it holds more than it says', async () => {
      const { from, to, scope } = await open();
      const [header = '', ...rest] = linesOf(await exportOf(from, scope));
      const other = createScope();
      const narrowed = header.replace(scope.userId, other.userId);
      await expectRefused(importInto(to, fromLines([narrowed, ...rest])), /not of what the stream says/);
      const record = JSON.stringify({ type: 'record', kind: 'erased', key: 'k', value: { at: 1 }, expires_at: null });
      await expectRefused(importInto(to, fromLines([header, record, ...rest])), /not of what the stream says/);
      const unknown = record.replace('erased', 'payment');
      await expectRefused(importInto(to, fromLines([header, unknown, ...rest])), /does not know/);
      const wrong = record.replace('"at":1', '"at":"x"');
      await expectRefused(importInto(to, fromLines([header, wrong, ...rest])), /does not know/);
      await expectNothing(to, scope);
    });
  });
};
