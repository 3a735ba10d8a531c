import { useList } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { UserName } from '../../parts/names.js';
import { Rows } from '../../parts/rows.js';
import { ScopeFacts } from '../../parts/scope-facts.js';
import { Section } from '../../parts/section.js';

/** Who has stored something in the app. */
export const AppUsers = ({ app }: { readonly app: App }) => {
  const scopes = useList('listAppUsers', { params: { app_id: app.app_id }, query: { limit: '10' } });
  return (
    <Section title="Users" about="Who has registered a device in this app, or stored something in it.">
      <Rows
        label={`Users of ${app.name}`}
        list={scopes}
        rows={(page) => page.scopes}
        id={(scope) => scope.user_id}
        empty={<p>Nobody syncs with this app yet. A user appears here with the first device that logs in.</p>}
      >
        {(scope) => (
          <>
            <div>
              <UserName id={scope.user_id} />
            </div>
            <ScopeFacts scope={scope} />
          </>
        )}
      </Rows>
    </Section>
  );
};
