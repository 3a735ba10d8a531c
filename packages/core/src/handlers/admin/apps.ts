import { SyncError } from '@synckeep/protocol';
import { toOrigin } from '../../access/admins.js';
import type { App } from '../../records/app.js';
import { toTime } from '../../wire.js';
import type { Handler } from '../handler.js';
import { toNext, toPage } from './page.js';

const toAnswer = ({ id, name, paused, link, createdAt }: App) => ({
  ...{ app_id: id, name, paused, link, created_at: toTime(createdAt) },
});

export const listApps: Handler<'listApps'> = async ({ query }, { apps }) => {
  const page = toPage(query);
  const found = await apps.list(page);
  return { status: 200, body: { apps: found.map(toAnswer), next: toNext(found, page, ({ id }) => id) } };
};

/** P-162. Whether an item is free is asked anew each time, so the link itself says that it is paid. */
export const linkApp: Handler<'linkApp'> = async ({ caller, address, params, body }, { apps }) => {
  const link = { kind: body.kind, id: body.id, paid: true };
  const app = await apps.by(toOrigin(caller, address)).update(params.app_id, { link });
  if (!app) throw new SyncError('app_not_found');
  return { status: 200, body: toAnswer(app) };
};

export const unlinkApp: Handler<'unlinkApp'> = async ({ caller, address, params }, { apps }) => {
  const app = await apps.by(toOrigin(caller, address)).update(params.app_id, { link: null });
  if (!app) throw new SyncError('app_not_found');
  return { status: 204, body: null };
};
