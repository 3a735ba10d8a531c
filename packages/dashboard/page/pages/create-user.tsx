import { useDeed } from '../api/use-api.js';
import { useAnnounce } from '../parts/announcer.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/field.js';
import { Form } from '../parts/form.js';

export const CreateUser = () => {
  const create = useDeed('createUser');
  const announce = useAnnounce();
  return (
    <Dialog
      title="Create a user"
      about="The user logs in to every app of this server with this address and password."
      label="Create a user"
      look="primary"
      onClosed={create.reset}
    >
      {(close) => (
        <Form
          submit="Create"
          busy="Creating…"
          isBusy={create.isPending}
          error={create.error}
          onSubmit={(fields) =>
            create.mutate(
              { body: { email: fields.text('email').trim(), password: fields.text('password') } },
              {
                onSuccess: ({ email }) => {
                  close();
                  announce(`${email} can log in now.`);
                },
              },
            )
          }
        >
          <TextField label="E-mail address" name="email" type="email" required />
          <TextField
            label="Password"
            hint="A few words that nobody would guess. The user can change it."
            name="password"
            type="password"
            autoComplete="new-password"
            required
          />
        </Form>
      )}
    </Dialog>
  );
};
