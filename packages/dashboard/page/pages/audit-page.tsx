import { useSearchParams } from 'wouter';
import { TextField } from '../parts/field.js';
import { PageTitle } from '../parts/page-title.js';
import { useSettled } from '../parts/use-settled.js';
import { auditActions } from '../text/audit-actions.js';
import { AuditRows } from './audit-rows.js';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A day in this time zone: its beginning, or the beginning of the next one. */
const toMoment = (day: string, isEnd: boolean): string => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return '';
  const moment = new Date(`${day}T00:00:00`);
  if (isEnd) moment.setDate(moment.getDate() + 1);
  return moment.toISOString();
};

const names = ['action', 'about', 'app', 'since', 'until'] as const;

export const AuditPage = () => {
  // In the address, so that what somebody found can be passed on.
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as Record<
    (typeof names)[number],
    string
  >;
  const change = (name: keyof typeof filter) => ({
    name,
    value: filter[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setSearch(
        (before) => {
          if (target.value === '') before.delete(name);
          else before.set(name, target.value);
          return before;
        },
        { replace: true },
      ),
  });
  const about = useSettled(filter.about.trim());
  const action = useSettled(filter.action.trim());
  const app = filter.app.trim();
  const isApp = app === '' || uuid.test(app);
  return (
    <>
      <PageTitle title="Audit log" about="Who did what, when, and from where. It never holds what users store." />
      <search className="filters">
        <TextField label="Action" list="actions" placeholder="app.rotate_key" {...change('action')} />
        <datalist id="actions">
          {auditActions.map((action) => (
            <option key={action} value={action} />
          ))}
        </datalist>
        <TextField label="About an id" placeholder="Of a user, a device, a token…" {...change('about')} />
        <TextField
          label="App id"
          {...change('app')}
          error={isApp ? undefined : 'Copy the whole id from the page of the app.'}
        />
        <TextField label="From" type="date" {...change('since')} />
        <TextField label="To" type="date" {...change('until')} />
      </search>
      <AuditRows
        query={{
          about,
          app_id: isApp ? app : '',
          action,
          since: toMoment(filter.since, false),
          until: toMoment(filter.until, true),
        }}
      />
    </>
  );
};
