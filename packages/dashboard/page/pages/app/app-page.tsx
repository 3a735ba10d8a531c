import { useAnswer } from '../../api/use-api.js';
import { UsageCharts } from '../../charts/usage-charts.js';
import { AppBadges } from '../../parts/app-badges.js';
import { Facts } from '../../parts/facts.js';
import { PageTitle } from '../../parts/page-title.js';
import { Notice, Problem } from '../../parts/problem.js';
import { Loading } from '../../parts/rows.js';
import { Section } from '../../parts/section.js';
import { At } from '../../parts/time.js';
import { AppAccess } from './app-access.js';
import { AppBlobs } from './app-blobs.js';
import { AppCompaction } from './app-compaction.js';
import { AppKeys } from './app-keys.js';
import { AppLinked } from './app-linked.js';
import { AppSyncing } from './app-syncing.js';
import { AppUsers } from './app-users.js';
import { DeleteApp } from './delete-app.js';
import { PauseApp, RenameApp } from './rename-app.js';

const up = { to: '/apps', name: 'Apps' };

export const AppPage = ({ appId }: { readonly appId: string }) => {
  const { data: app, error, refetch } = useAnswer('getApp', { params: { app_id: appId } });
  if (!app) {
    return (
      <>
        <PageTitle title="App" up={up} />
        {error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />}
      </>
    );
  }
  return (
    <>
      <PageTitle key="app" title={app.name} up={up} about={<AppBadges app={app} />}>
        <RenameApp app={app} />
        <PauseApp app={app} />
      </PageTitle>
      {app.paused && (
        <Notice tone="warn">
          <p>
            This app is paused: every call of its clients is refused until you resume it. Nothing is lost meanwhile.
          </p>
        </Notice>
      )}
      <Facts
        facts={[
          ['App id', <code key="id">{app.app_id}</code>],
          ['Created', <At key="at" at={app.created_at} />],
        ]}
      />
      <Section title="Activity">
        <UsageCharts of={{ app_id: appId }} />
      </Section>
      <AppKeys app={app} />
      <AppUsers app={app} />
      <AppLinked app={app} />
      <AppAccess app={app} />
      <AppSyncing app={app} />
      <AppCompaction app={app} />
      <AppBlobs app={app} />
      <DeleteApp app={app} />
    </>
  );
};
