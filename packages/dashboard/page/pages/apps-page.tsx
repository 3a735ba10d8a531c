import { useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../api/use-api.js';
import { AppBadges } from '../parts/app-badges.js';
import { TextField } from '../parts/field.js';
import { PageTitle } from '../parts/page-title.js';
import { Rows } from '../parts/rows.js';
import { At } from '../parts/time.js';
import { useSettled } from '../parts/use-settled.js';
import { CreateApp } from './create-app.js';

export const AppsPage = () => {
  const [name, setName] = useState('');
  const wanted = useSettled(name.trim());
  const apps = useList('listApps', { query: { name: wanted } });
  return (
    <>
      <PageTitle title="Apps" about="Whatever syncs through this server.">
        <CreateApp />
      </PageTitle>
      <search className="filters">
        <TextField
          label="Find by name"
          type="search"
          value={name}
          onChange={(event) => setName(event.target.value)}
          placeholder="The name begins with…"
        />
      </search>
      <Rows
        label="Apps"
        list={apps}
        rows={(page) => page.apps}
        id={(app) => app.app_id}
        empty={
          wanted ? (
            <p>No app has a name that begins so.</p>
          ) : (
            <>
              <h2>No app yet</h2>
              <p>Create one, and put its API key into your client. The key is shown once.</p>
            </>
          )
        }
      >
        {(app) => (
          <>
            <div>
              <Link to={`/apps/${app.app_id}`}>{app.name}</Link>
              <p className="hint">
                Created <At at={app.created_at} />
              </p>
            </div>
            <AppBadges app={app} />
          </>
        )}
      </Rows>
    </>
  );
};
