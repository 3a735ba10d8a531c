import { createRecoveryCode, type KeysState, type QuarantinedChange } from '@synckeep/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { RotationProgressBar } from './banners.js';
import { Failure, Field, Form } from './form.js';
import { useStatus, useTask } from './hooks.js';
import { RecoveryCode } from './keys.js';
import type { Notes } from './open-notes.js';
import type { Rotation } from './use-rotation.js';

const SetAside = ({ notes }: { readonly notes: Notes }) => {
  const { quarantined } = useStatus(notes);
  const { quarantine } = notes.client.sync;
  const [changes, setChanges] = useState<readonly QuarantinedChange[]>([]);
  const { failure, run } = useTask();
  useEffect(() => void run(async () => setChanges(await quarantine.list())), [quarantined]);
  if (changes.length === 0) return null;
  return (
    <section>
      <h3>Set aside</h3>
      <ul class="set-aside">
        {changes.map(({ key, message, direction }) => (
          <li key={key}>
            <p>
              {direction === 'incoming' ? 'From another device: ' : 'From here: '}
              {message}
            </p>
            <button type="button" onClick={() => void run(() => quarantine.retry(key))}>
              Try again
            </button>
            <button type="button" class="quiet" onClick={() => void run(() => quarantine.discard(key))}>
              Forget it
            </button>
          </li>
        ))}
      </ul>
      <Failure text={failure} />
    </section>
  );
};

const ChangePassphrase = ({ notes }: { readonly notes: Notes }) => {
  const [isDone, setDone] = useState(false);
  return (
    <details>
      <summary>Change the passphrase</summary>
      <p class="about">The key stays the same, so nothing is encrypted again.</p>
      <Form
        action="Change the passphrase"
        onSubmit={async (field) => {
          await notes.client.keys.changePassphrase(field('passphrase'));
          setDone(true);
        }}
      >
        <Field label="New passphrase" name="passphrase" type="password" autocomplete="new-password" />
      </Form>
      <p role="status">{isDone && 'The passphrase was changed.'}</p>
    </details>
  );
};

const ChangeKey = ({ rotation }: { readonly rotation: Rotation }) => {
  const [recoveryCode, setRecoveryCode] = useState(() => createRecoveryCode());
  const [isDone, setDone] = useState(false);
  return (
    <details>
      <summary>Change the key</summary>
      <p class="about">
        When a device was lost: a new key is made and every note is encrypted again. You can go on writing meanwhile.
      </p>
      <Form
        action="Change the key"
        doing="Changing the key …"
        onSubmit={async (field) => {
          const newPassphrase = field('new') || field('passphrase');
          await rotation.start({ passphrase: field('passphrase'), newPassphrase, recoveryCode });
          setRecoveryCode(createRecoveryCode());
          setDone(true);
        }}
      >
        <Field label="Present passphrase" name="passphrase" type="password" autocomplete="current-password" />
        <Field
          label="New passphrase"
          name="new"
          type="password"
          autocomplete="new-password"
          hint="Leave it empty to keep the present one."
          isOptional
        />
        {!isDone && <RecoveryCode code={recoveryCode} />}
        <RotationProgressBar rotation={rotation} />
      </Form>
      <p role="status">{isDone && 'The key was changed. Every note is encrypted with the new one.'}</p>
    </details>
  );
};

interface SettingsProps {
  readonly notes: Notes;
  readonly keys: KeysState;
  readonly rotation: Rotation;
  readonly email: string;
  readonly onLogOut: (isErasing: boolean) => Promise<void>;
  readonly onClose: () => void;
}

export const Settings = ({ notes, keys, rotation, email, onLogOut, onClose }: SettingsProps) => {
  const { unsent, syncedAt } = useStatus(notes);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="settings" onClose={onClose}>
      <header>
        <h2 id="settings">Settings</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </header>
      <section>
        <h3>Sync</h3>
        <p>
          {syncedAt === null
            ? 'Not synced since this page was opened.'
            : `Synced ${new Date(syncedAt).toLocaleTimeString()}.`}{' '}
          {unsent > 0 && `Not sent yet: ${unsent}.`}
        </p>
        <button type="button" onClick={() => notes.client.sync.now()}>
          Sync now
        </button>
      </section>
      <SetAside notes={notes} />
      {keys.kind === 'open' && (
        <section>
          <h3>Encryption</h3>
          <ChangePassphrase notes={notes} />
          <ChangeKey rotation={rotation} />
        </section>
      )}
      <section>
        <h3>Account</h3>
        {email !== '' && <p>Logged in as {email}.</p>}
        <Form action="Log out" doing="Logging out …" onSubmit={async (field) => onLogOut(field('erase') === 'on')}>
          <p class="check">
            <input type="checkbox" id="erase" name="erase" />
            <label for="erase">
              Remove the notes from this device
              {unsent > 0 && `, also the ${unsent} that were not sent yet and would be lost`}
            </label>
          </p>
        </Form>
      </section>
    </dialog>
  );
};
