import type { ReactNode } from 'react';
import type { RequestOptions } from '../../api/request.js';
import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Dialog } from '../../parts/dialog.js';
import { type Fields, Form } from '../../parts/form.js';
import { Problem } from '../../parts/problem.js';
import { Section } from '../../parts/section.js';

type Change = NonNullable<RequestOptions<'updateApp'>['body']>;

interface AppOptionProps {
  readonly app: App;
  readonly title: string;
  readonly about: string;
  /** Whether the app allows for it. */
  readonly isPossible: boolean;
  readonly isOn: boolean;
  /** The title of its settings. */
  readonly name: string;
  readonly settings: ReactNode;
  readonly toOn: (fields: Fields) => Change;
  readonly off: Change;
  /** What is said once it is on or off. */
  readonly said: { readonly on: string; readonly off: string };
  /** How it stands. */
  readonly children: ReactNode;
}

const Settings = (props: AppOptionProps & { readonly onDone: () => void }) => {
  const { app, settings, toOn, said, onDone } = props;
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  const turnOn = (fields: Fields) =>
    update.mutate(
      { params: { app_id: app.app_id }, body: toOn(fields) },
      {
        onSuccess: () => {
          onDone();
          announce(said.on);
        },
      },
    );
  return (
    <Form submit="Save" isBusy={update.isPending} error={update.error} onSubmit={turnOn}>
      {settings}
    </Form>
  );
};

/** Something that an app does once it is turned on with settings of its own. */
export const AppOption = (props: AppOptionProps) => {
  const { app, title, about, isPossible, isOn, name, off, said, children } = props;
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  const turnOff = () =>
    update.mutate({ params: { app_id: app.app_id }, body: off }, { onSuccess: () => announce(said.off) });
  const actions = (
    <>
      <Dialog title={name} label={isOn ? 'Change' : 'Turn on'}>
        {(close) => <Settings {...props} onDone={close} />}
      </Dialog>
      {isOn && (
        <button type="button" aria-disabled={update.isPending} onClick={turnOff}>
          Turn off
        </button>
      )}
    </>
  );
  return (
    <Section title={title} about={about} actions={isPossible && actions}>
      {children}
      {update.error ? <Problem error={update.error} /> : null}
    </Section>
  );
};
