import { createCollection, type Device, type Scope } from '@synckeep/core';
import { sessionKind } from '../session-kind.js';
import type { Context } from './context.js';

/** What a user has in one app. */
export interface AppFacts {
  readonly appId: string;
  readonly appName: string;
  readonly bytesUsed: number;
  readonly totalChanges: number;
  readonly devices: readonly Device[];
  /** Logins that are not over. */
  readonly sessions: readonly string[];
}

const page = 100;

/** Every app that a user stored something in or is logged in to, in order of name. */
export const readAccountFacts = async (
  { accounts, storage }: Pick<Context, 'accounts' | 'storage'>,
  userId: string,
): Promise<readonly AppFacts[]> => {
  const { records, clock, appRecords } = accounts.parts;
  const now = clock.now();
  const sessionsByApp = new Map<string, string[]>();

  const sessions = createCollection(records, clock, sessionKind);
  for (let after: string | null = null; ; ) {
    // Through the records for the paging: a collection leaves expired ones out.
    const keys: readonly { readonly key: string }[] = await records.find(sessionKind.name, 'user', userId, {
      after,
      limit: page,
    });
    const living = await sessions.find('user', userId, { after, limit: page });
    for (const { key, value } of living)
      sessionsByApp.set(value.appId, [...(sessionsByApp.get(value.appId) ?? []), key]);
    after = keys.at(-1)?.key ?? null;
    if (keys.length < page) break;
  }

  for (let after: Scope | null = null; ; ) {
    const scopes: readonly Scope[] = await storage.scopes({ appId: null, userId }, after, page);
    for (const { appId } of scopes) if (!sessionsByApp.has(appId)) sessionsByApp.set(appId, []);
    after = scopes.at(-1) ?? null;
    if (scopes.length < page) break;
  }

  const facts = await Promise.all(
    [...sessionsByApp].map(async ([appId, sessionIds]): Promise<AppFacts> => {
      const scope = { appId, userId };
      const [app, devices, { bytesUsed, totalChanges }] = await Promise.all([
        appRecords.get(appId),
        storage.deviceStore.list(scope),
        storage.changeLog.status(scope, now),
      ]);
      return { appId, appName: app?.value.name ?? appId, bytesUsed, totalChanges, devices, sessions: sessionIds };
    }),
  );
  return facts.sort((a, b) => a.appName.localeCompare(b.appName, 'en'));
};
