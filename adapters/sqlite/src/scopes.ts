import type { Scope, ScopeFilter } from '@synckeep/core';
import type { Database } from 'better-sqlite3';

const columns = 'SELECT app_id AS appId, user_id AS userId FROM sync_scope';

/** Lists scopes in order of app, then user. To be called inside a snapshot. */
export const prepareScopes = (database: Database) => {
  const all = database.prepare<[string, string, number], Scope>(
    `${columns} WHERE (app_id, user_id) > (?, ?) ORDER BY app_id, user_id LIMIT ?`,
  );
  const ofApp = database.prepare<[string, string, string, number], Scope>(
    `${columns} WHERE app_id = ? AND (app_id, user_id) > (?, ?) ORDER BY user_id LIMIT ?`,
  );
  const ofUser = database.prepare<[string, string, string, number], Scope>(
    `${columns} WHERE user_id = ? AND (app_id, user_id) > (?, ?) ORDER BY app_id LIMIT ?`,
  );
  const one = database.prepare<[string, string, string, string, number], Scope>(
    `${columns} WHERE app_id = ? AND user_id = ? AND (app_id, user_id) > (?, ?) LIMIT ?`,
  );

  return ({ appId, userId }: ScopeFilter, after: Scope | null, limit: number): readonly Scope[] => {
    const from = [after?.appId ?? '', after?.userId ?? ''] as const;
    if (appId !== null && userId !== null) return one.all(appId, userId, ...from, limit);
    if (appId !== null) return ofApp.all(appId, ...from, limit);
    return userId === null ? all.all(...from, limit) : ofUser.all(userId, ...from, limit);
  };
};
