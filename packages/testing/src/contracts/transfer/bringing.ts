import type { Import } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createScope, register } from '../samples.js';
import {
  abandonAll,
  bring,
  createImport,
  emptyHead,
  openFullScope,
  publishAll,
  readScope,
  withOtherObjects,
} from './samples.js';

export const describeBringing = (opened: Opened): void => {
  describe('begin', () => {
    it('takes an empty scope, for one of several imports at once', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const imports = [createImport(), createImport(), createImport(), createImport()];
      const answers = await Promise.all(
        imports.map((by, index) => (index % 2 ? storage : other).transfer.begin(scope, by, emptyHead())),
      );
      expect(answers.toSorted()).toEqual(['begun', 'held', 'held', 'held']);
    });

    it('refuses a scope with anything in it, and changes nothing of it', async () => {
      const { storage, other } = opened();
      const [withDevice, withKey] = [createScope(), createScope()];
      await register(storage, withDevice);
      await putKey(storage, withKey);
      const { scope: full } = await openFullScope(opened());
      for (const scope of [withDevice, withKey, full]) {
        const before = await readScope(storage, scope);
        expect(await other.transfer.begin(scope, createImport(), emptyHead())).toBe('occupied');
        expect(await readScope(storage, scope)).toEqual(before);
      }
    });

    it('refuses a scope that is being erased, and takes it afterwards', async () => {
      const { storage, scope, push, a } = await openPair(opened());
      await push(a, ['1', '2', '3']);
      await storage.erase(scope, 1);
      expect(await storage.transfer.begin(scope, createImport(), emptyHead())).toBe('occupied');
      while (!(await storage.erase(scope, 100)));
      expect(await storage.transfer.begin(scope, createImport(), emptyHead())).toBe('begun');
    });

    it('tells another try of the same import how far the scope came', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const [first, foreign] = [createImport(), createImport()];
      const second = { ...first, run: crypto.randomUUID() };
      const begin = (by: Import = second) => other.transfer.begin(scope, by, emptyHead());
      await storage.transfer.begin(scope, first, emptyHead());
      expect(await begin()).toBe('unfinished');
      await abandonAll(other, second.id, scope);
      expect(await begin()).toBe('begun');
      expect(await storage.transfer.write(scope, first, 'endedEpoch', [{ epoch: 'a'.repeat(16) }])).toBe(false);
      expect(await storage.transfer.seal(scope, first)).toBe(false);
      expect(await other.transfer.seal(scope, second)).toBe(true);
      expect(await begin()).toBe('done');
      expect(await begin(foreign)).toBe('held');
      await publishAll(storage, first.id);
      expect(await begin()).toBe('done');
      expect(await begin(foreign)).toBe('occupied');
    });

    it('answers `done` as long as the scope that was brought is there, and takes it again once it is erased', async () => {
      const { storage, scope } = await openFullScope(opened());
      const whole = withOtherObjects(await readScope(storage, scope));
      const [target, by] = [createScope(), createImport()];
      await bring(storage, target, by, whole);
      await publishAll(storage, by.id);
      await storage.changeLog.reset(target, 'c'.repeat(16), 0);
      await register(storage, target);
      expect(await storage.transfer.begin(target, by, emptyHead())).toBe('done');
      while (!(await storage.erase(target, 100)));
      expect(await storage.transfer.begin(target, by, emptyHead())).toBe('begun');
    });
  });
};
