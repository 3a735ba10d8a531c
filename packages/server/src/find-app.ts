import type { App, AppAdministration } from '@synckeep/core';
import { eachApp } from './each-app.js';
import { Refusal } from './refusal.js';

const findByName = async (apps: AppAdministration, name: string): Promise<readonly App[]> => {
  const named: App[] = [];
  for await (const app of eachApp(apps)) if (app.name === name) named.push(app);
  return named;
};

/** The app of an id or of a name that only one app has. @throws Refusal */
export const findApp = async (apps: AppAdministration, idOrName: string): Promise<App> => {
  const byId = await apps.get(idOrName.toLowerCase());
  if (byId) return byId;
  const [app, ...others] = await findByName(apps, idOrName);
  if (app === undefined) throw new Refusal(`There is no app "${idOrName}". "synckeep app list" shows all of them.`);
  if (others.length > 0) {
    const ids = [app, ...others].map(({ id }) => id).join(', ');
    throw new Refusal(`Several apps are named "${idOrName}". Name one by its id: ${ids}.`);
  }
  return app;
};
