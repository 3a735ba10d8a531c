import { useSession } from '../../api/session.js';
import { PageTitle } from '../../parts/page-title.js';
import { Section } from '../../parts/section.js';
import { CreateApp } from '../create-app.js';
import { Administrators } from './administrators.js';
import { Tokens } from './tokens.js';

export const SettingsPage = () => {
  const { data: session } = useSession();
  const administrator = session?.administrator;
  return (
    <>
      <PageTitle title="Settings" />
      <Section
        title="New app"
        about="Create an app and get its API key, which is shown once."
        actions={<CreateApp />}
      />
      {administrator && session.sign_in_enabled && <Administrators own={administrator.id} />}
      {administrator && <Tokens scopes={administrator.scopes} />}
    </>
  );
};
