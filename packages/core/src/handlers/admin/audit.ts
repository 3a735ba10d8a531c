import { listAudit as readAudit } from '../../administration/audit-list.js';
import { toTime } from '../../wire.js';
import type { Handler } from '../handler.js';
import { toMoment } from './moment.js';
import { toPage } from './page.js';

/** P-164 */
export const listAudit: Handler<'listAudit'> = async ({ query }, { storage }) => {
  const { about, app_id, action, since, until } = query;
  const mentions = [about, app_id].filter((id) => typeof id === 'string');
  const filter = {
    mentions,
    action,
    since: since === undefined ? undefined : toMoment(since, 'query', 'since'),
    until: until === undefined ? undefined : toMoment(until, 'query', 'until'),
  };
  const { rows, next } = await readAudit(storage.records, filter, toPage(query));
  return {
    status: 200,
    body: {
      rows: rows.map(({ at, action: done, actor, appId, subject, address, details }) => ({
        ...{ at: toTime(at), action: done, actor, app_id: appId, subject, address, details },
      })),
      next,
    },
  };
};
