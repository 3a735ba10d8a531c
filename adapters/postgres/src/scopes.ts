import type { Scope, Storage } from '@synckeep/core';
import type { Database } from './database.js';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a scope may have this id: the database would refuse to compare another text with an UUID. */
const isPossible = (id: string | null): boolean => id === null || uuid.test(id);

/** `Storage.scopes`. UUIDs sort like the bytes of their text. */
export const createScopes = ({ schema, query }: Database): Storage['scopes'] => {
  // Each condition falls away, or finds its index, when the statement is planned with its values.
  const list = `SELECT app_id AS "appId", user_id AS "userId" FROM ${schema}.scope
    WHERE ($1::uuid IS NULL OR app_id = $1) AND ($2::uuid IS NULL OR user_id = $2)
      AND ($3::uuid IS NULL OR (app_id, user_id) > ($3, $4::uuid))
    ORDER BY app_id, user_id LIMIT $5`;
  return async ({ appId, userId }, after, limit) => {
    if (!isPossible(appId) || !isPossible(userId)) return [];
    return query<Scope>(list, [appId, userId, after?.appId ?? null, after?.userId ?? null, limit]);
  };
};
