import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Composition } from 'synckeep';

/** Who can log in at once. Their names and passwords are no secret, so this is for trying out alone. */
export const demoUsers = [
  { email: 'ada@example.org', password: 'correct horse battery staple' },
  { email: 'grace@example.org', password: 'a nanosecond of copper wire' },
] as const;

/** The API key of the app, which is shown once only and therefore kept beside the database. */
const readKey = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

/** Makes the app and its users at the first start. @returns the API key */
export const openDemo = async ({ server, users }: Composition, folder: string, pageUrl: string): Promise<string> => {
  const path = join(folder, 'api-key');
  let apiKey = await readKey(path);
  if (apiKey === null) {
    const made = await server.apps.create({ name: 'Notes' });
    for (const { email, password } of demoUsers) await users.create(email, password);
    apiKey = made.apiKey;
    await writeFile(path, apiKey, { mode: 0o600 });
  }
  const [app] = await server.apps.list();
  // Only this page may call, and logging in comes back to it alone. Its port may have changed since the last start.
  if (app) await server.apps.update(app.id, { origins: [pageUrl], redirects: [`${pageUrl}/`] });
  return apiKey;
};
