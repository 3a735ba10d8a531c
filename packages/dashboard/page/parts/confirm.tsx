import { type ReactNode, useState } from 'react';
import { Dialog } from './dialog.js';
import { TextField } from './field.js';
import { Form } from './form.js';

interface ConfirmProps {
  readonly label: string;
  readonly title: string;
  readonly about: ReactNode;
  /** What has to be typed; nothing when the deed can be undone. */
  readonly phrase?: string;
  readonly deed: {
    readonly isPending: boolean;
    readonly error: unknown;
    reset(): void;
    run(done: () => void): void;
  };
  readonly submit: string;
  readonly busy?: string;
  readonly look?: string;
}

/** Asks before something is done that somebody would regret. What destroys needs its name typed. */
export const Confirm = ({ label, title, about, phrase, deed, submit, busy, look = 'danger' }: ConfirmProps) => {
  const [typed, setTyped] = useState('');
  const isReady = phrase === undefined || typed === phrase;
  const clear = () => {
    setTyped('');
    deed.reset();
  };
  return (
    <Dialog title={title} about={about} label={label} look={look} isSticky={deed.isPending} onClosed={clear}>
      {(close) => (
        <Form
          submit={submit}
          {...(busy !== undefined && { busy })}
          isBusy={deed.isPending}
          isOff={!isReady}
          error={deed.error}
          tone="danger"
          onSubmit={() => deed.run(close)}
          more={
            <button type="button" onClick={close}>
              Cancel
            </button>
          }
        >
          {phrase !== undefined && (
            <TextField
              label={
                <>
                  Type <strong className="phrase">{phrase}</strong> to confirm
                </>
              }
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              spellCheck={false}
              autoCapitalize="off"
            />
          )}
        </Form>
      )}
    </Dialog>
  );
};
