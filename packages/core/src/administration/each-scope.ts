import type { Clock, Scope, ScopeFilter, Storage } from '../ports/index.js';
import { type App, appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';

const page = 100;

/** Apps and scopes, page by page. */
export const createEachScope = (storage: Storage, clock: Clock) => {
  const apps = createCollection(storage.records, clock, appKind);
  return {
    /** One app, or all of them in order of id. */
    async *apps(appId: string | null): AsyncGenerator<App> {
      if (appId !== null) {
        const found = await apps.get(appId);
        if (found) yield found.value;
        return;
      }
      for (let after: string | null = null; ; ) {
        const found = await apps.find('all', '', { after, limit: page });
        for (const { value } of found) yield value;
        after = found.at(-1)?.value.id ?? null;
        if (found.length < page) return;
      }
    },

    /** In order, from the first one behind `begin`. */
    async *scopes(filter: ScopeFilter, begin: Scope | null = null): AsyncGenerator<Scope> {
      for (let after = begin; ; ) {
        const scopes: readonly Scope[] = await storage.scopes(filter, after, page);
        yield* scopes;
        after = scopes.at(-1) ?? null;
        if (scopes.length < page) return;
      }
    },
  };
};
