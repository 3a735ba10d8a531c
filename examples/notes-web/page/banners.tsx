import type { KeysState } from '@synckeep/client';
import type { ComponentChildren } from 'preact';
import { Failure } from './form.js';
import { useStatus, useTask } from './hooks.js';
import { UnlockForm } from './keys.js';
import type { Notes } from './open-notes.js';
import type { Rotation } from './use-rotation.js';

const Banner = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  <section class="banner" aria-label={label}>
    {children}
  </section>
);

export const RotationProgressBar = ({ rotation }: { readonly rotation: Rotation }) => {
  if (rotation.progress === null) return null;
  const { done, remaining } = rotation.progress;
  const isKnown = done + remaining > 0;
  return (
    <label class="progress">
      Changing the key: {isKnown ? `${done} of ${done + remaining} encrypted again` : 'making the new one …'}
      <progress max={1} {...(isKnown && { value: done / (done + remaining) })} />
    </label>
  );
};

const Unfinished = ({ rotation }: { readonly rotation: Rotation }) => {
  const { failure, run } = useTask();
  return (
    <Banner label="Change of the key">
      <p>The key is being changed and not all notes are encrypted again yet.</p>
      <button type="button" onClick={() => void run(rotation.resume)}>
        Go on with it here
      </button>
      <Failure text={failure} />
    </Banner>
  );
};

interface BannersProps {
  readonly notes: Notes;
  readonly keys: KeysState;
  readonly rotation: Rotation;
  readonly onLogIn: () => void;
}

/** What waits for the person, above the notes, which stay usable meanwhile. */
export const Banners = ({ notes, keys, rotation, onLogIn }: BannersProps) => {
  const { phase } = useStatus(notes);
  const { sync } = notes.client;
  const isTargetMissing = keys.kind === 'open' && keys.isRotating && !keys.isTargetKnown;
  const isUnfinished = keys.kind === 'open' && keys.isRotating && keys.isTargetKnown;
  return (
    <>
      {phase === 'needs-login' && (
        <Banner label="Logged out">
          <p>Your login has ended. What you write stays here until you log in again.</p>
          <button type="button" onClick={onLogIn}>
            Log in
          </button>
        </Banner>
      )}
      {phase === 'needs-answer' && (
        <Banner label="Everything was reset">
          <p>Somebody with your account has erased all notes on the server. What about those on this device?</p>
          <button type="button" onClick={() => sync.answerReset('keep')}>
            Put them back
          </button>
          <button type="button" onClick={() => sync.answerReset('discard')}>
            Remove them here too
          </button>
        </Banner>
      )}
      {(keys.kind === 'locked' || isTargetMissing) && (
        <Banner label="Unlock">
          <p>The key was changed on another device. Enter the passphrase that was chosen there.</p>
          <UnlockForm notes={notes} hasRecoveryCode={keys.hasRecoveryCode} />
        </Banner>
      )}
      {rotation.progress !== null && (
        <Banner label="Change of the key">
          <RotationProgressBar rotation={rotation} />
        </Banner>
      )}
      {isUnfinished && rotation.progress === null && <Unfinished rotation={rotation} />}
    </>
  );
};
