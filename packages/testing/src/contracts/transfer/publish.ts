import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createScope } from '../samples.js';
import { createImport, emptyHead, publishAll } from './samples.js';

export const describePublish = (opened: Opened): void => {
  describe('publish', () => {
    it('makes the sealed scopes of one import visible, in bounded steps', async () => {
      const { storage, other } = opened();
      const [by, foreign] = [createImport(), createImport()];
      const scopes = Array.from({ length: 5 }, createScope);
      const unsealed = createScope();
      const elsewhere = createScope();
      for (const scope of scopes) {
        await storage.transfer.begin(scope, by, emptyHead());
        await storage.transfer.seal(scope, by);
      }
      await storage.transfer.begin(unsealed, by, emptyHead());
      await storage.transfer.begin(elsewhere, foreign, emptyHead());
      await storage.transfer.seal(elsewhere, foreign);

      const seen = async () => {
        const heads = await Promise.all([...scopes, unsealed, elsewhere].map((scope) => other.transfer.head(scope)));
        return heads.map((head) => head !== null);
      };
      expect(await storage.transfer.publish(by.id, 2)).toBe(false);
      expect((await seen()).filter(Boolean)).toHaveLength(2);
      await publishAll(storage, by.id, 2);
      expect(await seen()).toEqual([true, true, true, true, true, false, false]);
      expect(await storage.transfer.publish(by.id, 2)).toBe(true);
      expect(await storage.transfer.seal(unsealed, by)).toBe(true);
      await publishAll(other, by.id);
      expect(await seen()).toEqual([true, true, true, true, true, true, false]);
    });

    it('has nothing to do for an import that is not there', async () => {
      expect(await opened().storage.transfer.publish(crypto.randomUUID(), 1)).toBe(true);
    });
  });
};
