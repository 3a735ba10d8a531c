import { type AuditFilter, type AuditPage, type AuditRecord, listAudit } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findAccount } from '../find-account.js';
import { optionValue } from '../option-value.js';
import { parseTime, timeForm } from '../parse-time.js';
import { print, toColumns, toTime } from '../print.js';

interface ListFlags extends CommonFlags {
  readonly app?: string;
  readonly user?: string;
  readonly about?: string;
  readonly action?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

const page = 500;
const most = 100_000;

const parseCount = (text: string): number | undefined =>
  /^[1-9][0-9]{0,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined;

const toView = ({ at, action, actor, appId, subject, address, details }: AuditRecord) => ({
  ...{ at: toTime(at), action, actor, app_id: appId, subject, address, details },
});

const toText = (named: { readonly kind: string; readonly id: string | null } | null): string =>
  named === null ? '-' : [named.kind, named.id].filter((part) => part !== null).join(':');

const toRow = ({ at, action, actor, appId, subject, address, details }: AuditRecord): readonly string[] => [
  ...[toTime(at), action, toText(actor), toText(subject), appId === null ? '-' : `app:${appId}`, address ?? '-'],
  Object.entries(details)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
];

export const auditList = (): Command =>
  administrativeCommand('list', 'List who did what, when and from where; the newest first.')
    .option('--app <app>', 'only what names this app: id, or name if only one app has it')
    .option('--user <user>', 'only what names this user: e-mail address or id')
    .option('--about <id>', 'only what names this id: of anything, also a pseudonym of what was erased')
    .option('--action <action>', 'only this action, such as user.create or login.fail')
    .option('--since <time>', 'not before this time', optionValue(parseTime, timeForm))
    .option('--until <time>', 'before this time', optionValue(parseTime, timeForm))
    .option('--limit <number>', 'at most so many', optionValue(parseCount, `a number from 1 to ${most}`), 100)
    .action((flags: ListFlags) =>
      administer(flags, async (composition) => {
        const { appId, userId } = await findAccount(composition, flags);
        const mentions = [userId, flags.about, appId].filter((id) => typeof id === 'string');
        const { action, since, until, limit } = flags;
        const filter: AuditFilter = { mentions, action, since, until };
        const rows: AuditRecord[] = [];
        for (let after: string | null = null; rows.length < limit; ) {
          const { records } = composition.storage;
          const found: AuditPage = await listAudit(records, filter, { after, limit: page });
          rows.push(...found.rows);
          after = found.next;
          if (after === null) break;
        }
        const listed = rows.slice(0, limit);
        print(flags, listed.map(toView), toColumns(listed.map(toRow)));
      }),
    );
