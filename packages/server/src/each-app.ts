import type { App, AppAdministration } from '@synckeep/core';

const page = 100;

/** Every app, in order of id. */
export async function* eachApp(apps: AppAdministration): AsyncGenerator<App> {
  for (let after: string | null = null; ; ) {
    const found: readonly App[] = await apps.list({ after, limit: page });
    yield* found;
    after = found.at(-1)?.id ?? null;
    if (found.length < page) return;
  }
}
