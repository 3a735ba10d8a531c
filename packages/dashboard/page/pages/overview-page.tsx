import { useRef } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../api/use-api.js';
import type { Warning } from '../api/wire.js';
import { UsageCharts } from '../charts/usage-charts.js';
import { PageTitle } from '../parts/page-title.js';
import { Notice, Problem } from '../parts/problem.js';
import { Loading } from '../parts/rows.js';
import { Section } from '../parts/section.js';
import { Tiles } from '../parts/tiles.js';
import { formatBytes, formatCompact, formatNumber } from '../text/format.js';
import { CreateApp } from './create-app.js';

export const Warnings = ({ warnings }: { readonly warnings: readonly Warning[] }) =>
  warnings.length > 0 && (
    <Notice tone="warn">
      {warnings.map(({ code, text }) => (
        <p key={code + text}>{text}</p>
      ))}
    </Notice>
  );

export const OverviewPage = () => {
  const { data, error, refetch } = useAnswer('overview', { refresh: 15_000 });
  // For as long as the page is shown: the dialog with the new key stands in what would be gone as soon as there is an app.
  const isFirst = useRef(false);
  if (data?.apps === 0) isFirst.current = true;
  return (
    <>
      <PageTitle title="Overview" />
      {!data && (error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />)}
      {data && (
        <>
          <Warnings warnings={data.warnings} />
          {isFirst.current && (
            <div className="empty first">
              <h2>Begin with an app</h2>
              <p>An app is whatever syncs through this server. Create one, and put its API key into your client.</p>
              <CreateApp />
            </div>
          )}
          <Tiles
            tiles={[
              { name: 'Apps', value: formatNumber(data.apps), to: '/apps' },
              { name: 'Users', value: formatNumber(data.users), to: '/users' },
              {
                name: 'Active devices',
                value: formatNumber(data.active_devices_24h),
                about: `in 24 hours, of ${formatCompact(data.devices)}`,
              },
              {
                name: 'Stored',
                value: formatBytes(data.data_bytes + data.blob_bytes),
                about: `${formatCompact(data.changes)} changes, ${formatBytes(data.blob_bytes)} of blobs`,
              },
              { name: 'Listening', value: formatNumber(data.streams), about: 'streams open now' },
              {
                name: 'Errors',
                value: formatNumber(data.errors_24h),
                about: 'in 24 hours',
                ...(data.errors_24h > 0 && { tone: 'bad', to: '/health' }),
              },
            ]}
          />
          <Section title="Activity">
            <UsageCharts />
          </Section>
          {data.apps > 0 && data.users === 0 && (
            <p className="hint">
              Nobody syncs yet. <Link to="/users">Create or invite a user</Link> next.
            </p>
          )}
        </>
      )}
    </>
  );
};
