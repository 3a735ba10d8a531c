import type { Scope } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { register } from '../samples.js';

const ids = ['1', '2', 'a', 'b'].map((digit) => `${digit.repeat(8)}-${crypto.randomUUID().slice(9)}`);

export const describeScopes = (opened: Opened): void => {
  describe('scopes', () => {
    it('that hold anything are listed in order, in pages, by app and by user', async () => {
      const { storage, other } = opened();
      const all: Scope[] = ids.flatMap((appId) => ids.map((userId) => ({ appId, userId })));
      for (const [index, scope] of all.toReversed().entries()) {
        await (index % 2 === 0 ? register(storage, scope) : putKey(storage, scope));
      }
      const [appId = '', userId = ''] = ids.slice(1, 3);

      const ofApp = all.filter((scope) => scope.appId === appId);
      expect(await other.scopes({ appId, userId: null }, null, 100)).toEqual(ofApp);
      expect(await other.scopes({ appId, userId: null }, null, 2)).toEqual(ofApp.slice(0, 2));
      expect(await other.scopes({ appId, userId: null }, ofApp[1] ?? null, 100)).toEqual(ofApp.slice(2));

      const ofUser = all.filter((scope) => scope.userId === userId);
      expect(await other.scopes({ appId: null, userId }, null, 100)).toEqual(ofUser);
      expect(await other.scopes({ appId: null, userId }, ofUser[0] ?? null, 2)).toEqual(ofUser.slice(1, 3));
      expect(await other.scopes({ appId, userId }, null, 100)).toEqual([{ appId, userId }]);
      expect(await other.scopes({ appId: crypto.randomUUID(), userId: null }, null, 100)).toEqual([]);

      const walked: Scope[] = [];
      for (let after: Scope | null = null; ; ) {
        const page: readonly Scope[] = await storage.scopes({ appId: null, userId: null }, after, 7);
        walked.push(...page);
        after = page.at(-1) ?? null;
        if (page.length < 7) break;
      }
      expect(walked.filter((scope) => ids.includes(scope.appId) && ids.includes(scope.userId))).toEqual(all);
    });
  });
};
