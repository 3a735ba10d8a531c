import { Link } from 'wouter';
import { useDeed, useList } from '../api/use-api.js';
import { CopyField } from '../parts/copy-field.js';
import { Dialog } from '../parts/dialog.js';
import { SelectField, TextField } from '../parts/field.js';
import { Form } from '../parts/form.js';
import { Problem } from '../parts/problem.js';
import { Loading } from '../parts/rows.js';
import { formatTime } from '../text/format.js';

const Ask = ({ invite }: { readonly invite: ReturnType<typeof useDeed<'inviteUser'>> }) => {
  const apps = useList('listApps', { query: { limit: '500' } });
  const all = apps.data?.pages.flatMap((page) => page.apps) ?? [];
  const rows = all.filter(({ registration }) => registration !== 'closed');
  if (!apps.data) return apps.error ? <Problem error={apps.error} /> : <Loading />;
  if (rows.length === 0) {
    return (
      <p>
        No app takes anybody in by invitation yet. Set the registration of one under Access on its page:{' '}
        <Link to="/apps">Apps</Link>.
      </p>
    );
  }
  return (
    <Form
      submit="Invite"
      isBusy={invite.isPending}
      error={invite.error}
      onSubmit={(fields) => invite.mutate({ body: { email: fields.text('email').trim(), app_id: fields.text('app') } })}
    >
      <TextField label="E-mail address" name="email" type="email" required />
      <SelectField
        label="For the app"
        hint="Its registration must be open or by invitation: see Access on the page of the app."
        name="app"
        required
      >
        {rows.map(({ app_id, name }) => (
          <option key={app_id} value={app_id}>
            {name}
          </option>
        ))}
      </SelectField>
    </Form>
  );
};

/** Somebody chooses their own password, by a link that is sent or handed over. */
export const InviteUser = () => {
  const invite = useDeed('inviteUser');
  const made = invite.data;
  return (
    <Dialog title="Invite a user" label="Invite" isSticky={Boolean(made)} onClosed={invite.reset}>
      {(close) =>
        made ? (
          <>
            <p>
              {made.sent
                ? 'The link was sent to the address. You can hand it over yourself too'
                : 'Hand this link over'}
              ; it works until {formatTime(made.expires_at)}.
            </p>
            <CopyField label="Invitation" text={made.url} isBlock />
            <div className="buttons">
              <button type="button" className="primary" onClick={close}>
                Done
              </button>
            </div>
          </>
        ) : (
          <Ask invite={invite} />
        )
      }
    </Dialog>
  );
};
