import { type Credential, createRecoveryCode, type KeysState } from '@synckeep/client';
import { useState } from 'preact/hooks';
import { Card, Field, Form } from './form.js';
import type { Notes } from './open-notes.js';

/** A recovery code to write down, and the box that says it was. */
export const RecoveryCode = ({ code }: { readonly code: string }) => (
  <>
    <p>
      If you forget the passphrase, this recovery code opens your notes. Nobody else has it, and it is shown this once:
      write it down.
    </p>
    <p class="code">
      <code>{code}</code>
      <button type="button" onClick={() => void navigator.clipboard.writeText(code)}>
        Copy
      </button>
    </p>
    <p class="check">
      <input type="checkbox" id="kept" name="kept" required />
      <label for="kept">I have kept the recovery code</label>
    </p>
  </>
);

/** The first device of an account makes its key. */
export const SetUp = ({ notes }: { readonly notes: Notes }) => {
  const [recoveryCode] = useState(() => createRecoveryCode());
  return (
    <Card title="Choose a passphrase">
      <p class="lead">
        It encrypts your notes on this device. The server never learns it, so it cannot be reset: take four words or
        more that nobody guesses.
      </p>
      <Form
        action="Encrypt my notes"
        doing="Making the key …"
        onSubmit={async (field) => {
          if (field('passphrase') !== field('again')) throw new Error('The two passphrases differ. Type them again.');
          await notes.client.keys.setUp({ passphrase: field('passphrase'), recoveryCode });
        }}
      >
        <Field label="Passphrase" name="passphrase" type="password" autocomplete="new-password" hasFocus />
        <Field label="Passphrase, again" name="again" type="password" autocomplete="new-password" />
        <RecoveryCode code={recoveryCode} />
      </Form>
    </Card>
  );
};

interface UnlockFormProps {
  readonly notes: Notes;
  readonly hasRecoveryCode: boolean;
  /** The person is told that the server contradicts this device, and goes on. */
  readonly acceptChange?: boolean;
}

/** A further device, or one that missed a change of the key, opens it. */
export const UnlockForm = ({ notes, hasRecoveryCode, acceptChange = false }: UnlockFormProps) => {
  const [isByCode, setByCode] = useState(false);
  const name = isByCode ? 'recovery code' : 'passphrase';
  return (
    <>
      <Form
        key={name}
        action="Unlock"
        doing="Unlocking …"
        onSubmit={async (field) => {
          const secret = field('secret');
          const credential: Credential = isByCode ? { recoveryCode: secret } : { passphrase: secret };
          await notes.client.keys.unlock(credential, { acceptChange });
        }}
      >
        <Field
          label={isByCode ? 'Recovery code' : 'Passphrase'}
          name="secret"
          type={isByCode ? 'text' : 'password'}
          autocomplete={isByCode ? 'off' : 'current-password'}
          hasFocus
        />
      </Form>
      {hasRecoveryCode && (
        <button type="button" class="link" onClick={() => setByCode(!isByCode)}>
          {isByCode ? 'Use the passphrase' : 'Use the recovery code'}
        </button>
      )}
    </>
  );
};

const refusals: Readonly<Record<string, string>> = {
  other_vault:
    'The notes on the server are encrypted with another key than those here. Was everything reset elsewhere?',
  rolled_back:
    'The server shows an older key than this device knows. It was restored from a backup, or somebody tampers.',
};

export const Unlock = ({ notes, state }: { readonly notes: Notes; readonly state: KeysState }) => {
  if (state.kind === 'refused') {
    return (
      <Card title="Something does not fit">
        <p class="failure">{refusals[state.reason] ?? 'The key on the server cannot be used.'}</p>
        <p>Unlock only if you know why.</p>
        <UnlockForm notes={notes} hasRecoveryCode acceptChange />
      </Card>
    );
  }
  return (
    <Card title="Unlock your notes">
      <p class="lead">Enter the passphrase that was chosen on the first device.</p>
      <UnlockForm notes={notes} hasRecoveryCode={state.kind === 'locked' && state.hasRecoveryCode} />
    </Card>
  );
};
