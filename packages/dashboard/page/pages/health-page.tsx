import { useAnswer } from '../api/use-api.js';
import type { Health } from '../api/wire.js';
import { Badge, Facts } from '../parts/facts.js';
import { Meter } from '../parts/meter.js';
import { PageTitle } from '../parts/page-title.js';
import { Problem } from '../parts/problem.js';
import { Loading } from '../parts/rows.js';
import { Section } from '../parts/section.js';
import { Ago } from '../parts/time.js';
import { formatClock, formatDuration } from '../text/format.js';
import { Warnings } from './overview-page.js';

const states: Readonly<Record<string, readonly ['good' | 'bad' | 'plain', string]>> = {
  ok: ['good', 'Works'],
  failed: ['bad', 'Does not work'],
  unknown: ['plain', 'Not measured'],
};

const Status = ({ status }: { readonly status: string }) => {
  const [tone, name] = states[status] ?? ['plain', status];
  return <Badge tone={tone}>{name}</Badge>;
};

const toSchema = ({ migration, newest_migration }: Health['storage']): string => {
  if (migration === null) return '';
  return migration === newest_migration
    ? `schema ${migration}`
    : `schema ${migration} of ${newest_migration ?? 'unknown'}`;
};

const PartRow = ({
  name,
  part,
  more = '',
}: {
  readonly name: string;
  readonly part: Pick<Health['blobs'], 'kind'> & { readonly status: string; readonly detail?: string | null };
  readonly more?: string;
}) => (
  <li>
    <div>
      <span className="name">{name}</span>
      <p className="hint">{[part.kind, more, part.detail ?? ''].filter(Boolean).join(', ')}</p>
    </div>
    <p className="badges">
      <Status status={part.status} />
    </p>
  </li>
);

export const HealthPage = () => {
  const { data, error, refetch, dataUpdatedAt } = useAnswer('health', { refresh: 15_000 });
  return (
    <>
      <PageTitle title="Health" about="Looked at again every 15 seconds while this page is open." />
      {!data && (error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />)}
      {data && (
        <>
          {error && <Problem error={error} onRetry={() => refetch()} />}
          <Warnings warnings={data.warnings} />
          <Section title={data.status === 'ok' ? 'Everything works' : 'Something does not work'}>
            <ul className="rows" aria-label="Parts of the server">
              <PartRow name="Database" part={data.storage} more={toSchema(data.storage)} />
              <PartRow name="Blobs" part={data.blobs} />
              <PartRow
                name="News between processes"
                part={data.notifier}
                more={data.notifier.lag_ms === null ? '' : `${Math.round(data.notifier.lag_ms)} ms behind`}
              />
            </ul>
          </Section>
          <Section title="This server">
            <Facts
              facts={[
                ['Version', data.version],
                ['Machine', data.node],
                ['Running for', formatDuration(data.uptime_seconds)],
                [
                  'Disk',
                  data.disk ? (
                    <Meter
                      label="Of the disk, used"
                      used={data.disk.total_bytes - data.disk.free_bytes}
                      limit={data.disk.total_bytes}
                    />
                  ) : (
                    'not here'
                  ),
                ],
                [
                  'Maintenance',
                  data.maintenance ? (
                    <>
                      last run <Ago at={data.maintenance.last_run_at} />
                    </>
                  ) : (
                    'not run yet'
                  ),
                ],
              ]}
            />
            {data.maintenance?.last_error && <p className="error">Maintenance failed: {data.maintenance.last_error}</p>}
            <p className="hint" role="status">
              Looked at {formatClock(dataUpdatedAt)}.
            </p>
          </Section>
        </>
      )}
    </>
  );
};
