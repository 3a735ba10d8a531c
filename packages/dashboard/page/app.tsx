import { useEffect, useState } from 'react';
import { Route, Switch } from 'wouter';
import { useSession } from './api/session.js';
import { Layout } from './layout.js';
import { AppPage } from './pages/app/app-page.js';
import { AppsPage } from './pages/apps-page.js';
import { AuditPage } from './pages/audit-page.js';
import { HealthPage } from './pages/health-page.js';
import { ItemsPage } from './pages/memberships/items-page.js';
import { MembershipsPage } from './pages/memberships/memberships-page.js';
import { TiersPage } from './pages/memberships/tiers-page.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { OverviewPage } from './pages/overview-page.js';
import { SetUpPage } from './pages/set-up-page.js';
import { SettingsPage } from './pages/settings/settings-page.js';
import { SignInPage } from './pages/sign-in-page.js';
import { UserPage } from './pages/user/user-page.js';
import { UsersPage } from './pages/users-page.js';
import { Problem } from './parts/problem.js';
import { Loading } from './parts/rows.js';
import { takeSetUpToken } from './set-up-token.js';

const firstToken = takeSetUpToken(location, history);

/** Also when a link is opened in a window that has the page already: then only the fragment changes. */
const useSetUpToken = (): string | null => {
  const [token, setToken] = useState(firstToken);
  useEffect(() => {
    const look = () => setToken((before) => takeSetUpToken(location, history) ?? before);
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return token;
};

export const App = () => {
  const { data: session, error, refetch } = useSession();
  const token = useSetUpToken();
  if (!session) {
    return <main className="alone">{error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />}</main>;
  }
  const { administrator } = session;
  if (!administrator) {
    return (
      <Switch>
        <Route path="/setup">
          <SetUpPage token={token} session={session} />
        </Route>
        <Route>
          <SignInPage needsSetUp={session.needs_setup} isHere={session.sign_in_enabled} />
        </Route>
      </Switch>
    );
  }
  return (
    <Layout session={session} administrator={administrator}>
      <Switch>
        <Route path="/" component={OverviewPage} />
        <Route path="/setup" component={OverviewPage} />
        <Route path="/apps" component={AppsPage} />
        <Route path="/apps/:id">{({ id }) => <AppPage key={id} appId={id} />}</Route>
        <Route path="/users">
          <UsersPage isEnabled={session.users_enabled} />
        </Route>
        <Route path="/users/:id">
          {({ id }) => <UserPage key={id} userId={id} isEnabled={session.users_enabled} />}
        </Route>
        <Route path="/memberships" component={MembershipsPage} />
        <Route path="/memberships/items" component={ItemsPage} />
        <Route path="/memberships/tiers" component={TiersPage} />
        <Route path="/audit" component={AuditPage} />
        <Route path="/health" component={HealthPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route component={NotFoundPage} />
      </Switch>
    </Layout>
  );
};
