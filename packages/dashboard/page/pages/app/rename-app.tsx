import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Dialog } from '../../parts/dialog.js';
import { TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Problem } from '../../parts/problem.js';

interface OfApp {
  readonly app: App;
}

export const RenameApp = ({ app }: OfApp) => {
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  return (
    <Dialog title="Rename the app" label="Rename" onClosed={update.reset}>
      {(close) => (
        <Form
          submit="Rename"
          isBusy={update.isPending}
          error={update.error}
          onSubmit={(fields) =>
            update.mutate(
              { params: { app_id: app.app_id }, body: { name: fields.text('name').trim() } },
              {
                onSuccess: ({ name }) => {
                  close();
                  announce(`The app is called ${name} now.`);
                },
              },
            )
          }
        >
          <TextField label="Name" name="name" defaultValue={app.name} required maxLength={200} />
        </Form>
      )}
    </Dialog>
  );
};

export const PauseApp = ({ app }: OfApp) => {
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  const params = { app_id: app.app_id };
  if (app.paused) {
    return (
      <>
        <button
          type="button"
          className="primary"
          aria-disabled={update.isPending}
          onClick={() =>
            update.mutate({ params, body: { paused: false } }, { onSuccess: () => announce('The app syncs again.') })
          }
        >
          Resume
        </button>
        {update.error ? <Problem error={update.error} /> : null}
      </>
    );
  }
  return (
    <Confirm
      label="Pause"
      look=""
      title={`Pause ${app.name}?`}
      about="Every call of its clients is refused until you resume it. They keep their changes and send them afterwards."
      submit="Pause the app"
      deed={{
        ...update,
        run: (done) =>
          update.mutate(
            { params, body: { paused: true } },
            {
              onSuccess: () => {
                done();
                announce('The app is paused.');
              },
            },
          ),
      }}
    />
  );
};
