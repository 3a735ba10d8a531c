import { describe, expect, it } from 'vitest';
import { discarded } from '../blob-samples.js';
import type { Opened } from '../opened-storage.js';
import { createEpoch, createScope, register } from '../samples.js';
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

export const describeAbandon = (opened: Opened): void => {
  describe('abandon', () => {
    it('removes what an import holds, in steps, so that the scope is empty again', async () => {
      const { storage, other, scope: source } = await openFullScope(opened());
      const whole = withOtherObjects(await readScope(storage, source));
      const by = createImport();
      const scopes = [createScope(), createScope()];
      for (const scope of scopes) await bring(storage, scope, by, withOtherObjects(whole));
      expect(await abandonAll(other, by.id, null, 3)).toBeGreaterThan(4);
      for (const scope of scopes) {
        expect(await other.scopes(scope, null, 10)).toEqual([]);
        const { presented } = await register(storage, scope);
        expect(presented).toBe(0);
        expect(await storage.keyStore.history(scope)).toEqual([]);
      }
      expect(await abandonAll(other, by.id, null)).toBe(1);
    });

    it('leaves objects alone, because another server may have them too', async () => {
      const { storage, other, scope: source } = await openFullScope(opened());
      const whole = withOtherObjects(await readScope(storage, source));
      const [scope, by] = [createScope(), createImport()];
      await bring(storage, scope, by, whole);
      await abandonAll(storage, by.id, scope, 2);
      const objectKeys = whole.blob.map(({ objectKey }) => objectKey);
      expect(objectKeys).not.toHaveLength(0);
      const listed = await discarded(other);
      expect(objectKeys.filter((objectKey) => listed.includes(objectKey))).toEqual([]);
      expect(await other.blobIndex.known(objectKeys)).toEqual(new Set());
    });

    it('touches no other scope, no other import and nothing that is published', async () => {
      const { storage, other } = opened();
      const [by, foreign] = [createImport(), createImport()];
      const [published, sealed, wanted, elsewhere] = [createScope(), createScope(), createScope(), createScope()];
      for (const scope of [published, sealed]) {
        await storage.transfer.begin(scope, by, emptyHead());
        await storage.transfer.seal(scope, by);
        if (scope === published) await publishAll(storage, by.id);
      }
      await storage.transfer.begin(wanted, by, emptyHead());
      await storage.transfer.begin(elsewhere, foreign, emptyHead());
      await abandonAll(other, by.id, wanted);
      const begin = (scope = wanted) => storage.transfer.begin(scope, by, emptyHead());
      expect(await begin(sealed)).toBe('done');
      expect(await begin(elsewhere)).toBe('held');
      expect(await begin()).toBe('begun');
      await abandonAll(other, by.id, null);
      expect(await other.transfer.head(published)).not.toBeNull();
      expect(await begin(elsewhere)).toBe('held');
      expect(await begin(sealed)).toBe('begun');
    });

    it('never publishes a scope that is given up in part, though it was sealed', async () => {
      const { storage, other, scope: source } = await openFullScope(opened());
      const whole = withOtherObjects(await readScope(storage, source));
      const [scope, by] = [createScope(), createImport()];
      await bring(storage, scope, by, whole);
      expect(await other.transfer.abandon(by.id, null, 2)).toBe(false);
      expect(await storage.transfer.publish(by.id, 10)).toBe(true);
      expect(await storage.transfer.head(scope)).toBeNull();
      const next = { ...by, run: crypto.randomUUID() };
      expect(await storage.transfer.begin(scope, next, emptyHead())).toBe('unfinished');
      await abandonAll(other, by.id, scope, 2);
      await bring(storage, scope, next, whole);
      await publishAll(other, by.id);
      expect(await readScope(storage, scope)).toEqual(whole);
    });

    it('takes a scope that is given up in part from the try that brought it', async () => {
      const { storage, other, scope: source } = await openFullScope(opened());
      const { head, change } = await readScope(storage, source);
      const [scope, by] = [createScope(), createImport()];
      await storage.transfer.begin(scope, by, head ?? emptyHead());
      await storage.transfer.write(scope, by, 'change', change);
      expect(await other.transfer.abandon(by.id, scope, 2)).toBe(false);
      expect(await storage.transfer.write(scope, by, 'endedEpoch', [{ epoch: createEpoch() }])).toBe(false);
      expect(await storage.transfer.seal(scope, by)).toBe(false);
      expect(await storage.transfer.begin(scope, by, emptyHead())).toBe('unfinished');
    });
  });
};
