import { useState } from 'react';
import { useLocation } from 'wouter';
import { useDeed } from '../api/use-api.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/field.js';
import { Form } from '../parts/form.js';
import { NewKey } from './new-key.js';

export const CreateApp = () => {
  const create = useDeed('createApp');
  const [, go] = useLocation();
  const [isDone, setDone] = useState(false);
  const made = create.data;
  return (
    <Dialog
      title={made ? 'Your new app' : 'Create an app'}
      label="Create an app"
      look="primary"
      isSticky={Boolean(made)}
      onClosed={() => {
        create.reset();
        // Also by Escape: the app is there, so its page is where to go on.
        if (made && isDone) go(`/apps/${made.app.app_id}`);
        setDone(false);
      }}
    >
      {(close) =>
        made ? (
          <NewKey
            apiKey={made.api_key}
            name={made.app.name}
            onDone={() => {
              setDone(true);
              close();
            }}
          />
        ) : (
          <Form
            submit="Create"
            busy="Creating…"
            isBusy={create.isPending}
            error={create.error}
            onSubmit={(fields) => create.mutate({ body: { name: fields.text('name').trim() } })}
          >
            <TextField label="Name" hint="People see it when they sign in." name="name" required maxLength={200} />
          </Form>
        )
      }
    </Dialog>
  );
};
