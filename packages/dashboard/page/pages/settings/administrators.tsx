import { useDeed, useList } from '../../api/use-api.js';
import type { ListedAdministrator } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Dialog } from '../../parts/dialog.js';
import { Badge } from '../../parts/facts.js';
import { TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Rows } from '../../parts/rows.js';
import { Section } from '../../parts/section.js';
import { At } from '../../parts/time.js';

const Add = () => {
  const add = useDeed('addAdministrator');
  const announce = useAnnounce();
  return (
    <Dialog
      title="Add an administrator"
      about="Administrators can do everything on this page, also erase users and apps."
      label="Add"
      onClosed={add.reset}
    >
      {(close) => (
        <Form
          submit="Add"
          isBusy={add.isPending}
          error={add.error}
          onSubmit={(fields) =>
            add.mutate(
              { body: { email: fields.text('email').trim(), password: fields.text('password') } },
              {
                onSuccess: ({ administrator }) => {
                  close();
                  announce(`${administrator.email} is an administrator now.`);
                },
              },
            )
          }
        >
          <TextField label="E-mail address" name="email" type="email" required />
          <TextField label="Password" name="password" type="password" autoComplete="new-password" required />
        </Form>
      )}
    </Dialog>
  );
};

const Remove = ({ administrator }: { readonly administrator: ListedAdministrator }) => {
  const remove = useDeed('removeAdministrator');
  const announce = useAnnounce();
  return (
    <Confirm
      label="Remove"
      look="quiet"
      title={`Is ${administrator.email} no administrator any more?`}
      about="The sessions here end at once. As a user the account stays."
      submit="Remove"
      deed={{
        ...remove,
        run: (close) =>
          remove.mutate(
            { params: { administrator_id: administrator.id } },
            {
              onSuccess: () => {
                close();
                announce(`${administrator.email} is no administrator any more.`);
              },
            },
          ),
      }}
    />
  );
};

export const Administrators = ({ own }: { readonly own: string }) => {
  const administrators = useList('listAdministrators');
  return (
    <Section title="Administrators" about="Who may sign in here." actions={<Add />}>
      <Rows
        label="Administrators"
        list={administrators}
        rows={(page) => page.administrators}
        id={({ id }) => id}
        empty={<p>Nobody.</p>}
      >
        {(administrator) => (
          <>
            <div>
              <span className="name">{administrator.email}</span>
              <p className="hint">
                Since <At at={administrator.created_at} />
              </p>
            </div>
            {administrator.id === own ? (
              <p className="badges">
                <Badge>You</Badge>
              </p>
            ) : (
              <Remove administrator={administrator} />
            )}
          </>
        )}
      </Rows>
    </Section>
  );
};
