import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';

export const describeMigrate = (opened: Opened): void => {
  describe('migrate and health', () => {
    it('can migrate again, also twice at once, and leaves everything as it is', async () => {
      const { storage, other, push, read, a, b } = await openPair(opened());
      await push(a, ['1']);
      await Promise.all([storage.migrate(), other.migrate()]);
      await storage.migrate();
      expect(rowIds(await read(b))).toEqual(['1']);
    });

    it('are well while the database can be read', async () => {
      const { storage, other } = opened();
      const { schema, newestSchema } = await storage.health();
      expect(schema).toBe(newestSchema);
      expect(await other.health()).toEqual({ schema, newestSchema });
    });
  });
};
