import { toUrl } from '../../api/request.js';
import { useDeed } from '../../api/use-api.js';
import type { User } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { CopyField } from '../../parts/copy-field.js';
import { Dialog } from '../../parts/dialog.js';
import { Form } from '../../parts/form.js';
import { Section } from '../../parts/section.js';
import { formatTime } from '../../text/format.js';

interface OfUser {
  readonly user: User;
}

const ResetLink = ({ user }: OfUser) => {
  const link = useDeed('createResetLink');
  const made = link.data;
  return (
    <Dialog
      title="A link for a new password"
      label="Password link"
      onClosed={link.reset}
      isSticky={Boolean(made)}
      about={
        made
          ? `Hand it over to ${user.email}. It works once, until ${formatTime(made.expires_at)}.`
          : 'Whoever has the link chooses a new password for this user. All sessions end when it is used.'
      }
    >
      {(close) =>
        made ? (
          <>
            <CopyField label="Link" text={made.url} isBlock />
            <div className="buttons">
              <button type="button" className="primary" onClick={close}>
                Done
              </button>
            </div>
          </>
        ) : (
          <Form
            submit="Make a link"
            isBusy={link.isPending}
            error={link.error}
            onSubmit={() => link.mutate({ params: { user_id: user.user_id } })}
          />
        )
      }
    </Dialog>
  );
};

/** A deed without anything to fill in. */
const Simple = (props: {
  readonly user: User;
  readonly name: 'revokeUserTokens' | 'resetSecondFactor';
  readonly label: string;
  readonly title: string;
  readonly about: string;
  readonly done: string;
}) => {
  const deed = useDeed(props.name);
  const announce = useAnnounce();
  return (
    <Confirm
      label={props.label}
      look=""
      title={props.title}
      about={props.about}
      submit={props.label}
      deed={{
        ...deed,
        run: (close) =>
          deed.mutate(
            { params: { user_id: props.user.user_id } },
            {
              onSuccess: () => {
                close();
                announce(props.done);
              },
            },
          ),
      }}
    />
  );
};

const Disable = ({ user }: OfUser) => {
  const update = useDeed('updateUser');
  const announce = useAnnounce();
  const run = (disabled: boolean, done: () => void) =>
    update.mutate(
      { params: { user_id: user.user_id }, body: { disabled } },
      {
        onSuccess: () => {
          done();
          announce(disabled ? `${user.email} is disabled.` : `${user.email} can log in again.`);
        },
      },
    );
  return user.disabled ? (
    <Confirm
      label="Enable"
      look="primary"
      title={`Enable ${user.email}?`}
      about="The user can log in again. What was stored is all there."
      submit="Enable"
      deed={{ ...update, run: (done) => run(false, done) }}
    />
  ) : (
    <Confirm
      label="Disable"
      look=""
      title={`Disable ${user.email}?`}
      about="All sessions end at once and nobody can log in, until you enable the user again. Nothing that was stored is lost."
      submit="Disable"
      deed={{ ...update, run: (done) => run(true, done) }}
    />
  );
};

export const UserActions = ({ user }: OfUser) => (
  <Section title="Account">
    <div className="buttons">
      <ResetLink user={user} />
      <Simple
        {...{ user, name: 'revokeUserTokens' }}
        label="End all sessions"
        title={`End all sessions of ${user.email}?`}
        about="Every device has to log in again. Nothing that was stored is lost."
        done="All sessions are ended."
      />
      {user.second_factor && (
        <Simple
          {...{ user, name: 'resetSecondFactor' }}
          label="Turn the second factor off"
          title={`Turn the second factor of ${user.email} off?`}
          about="For somebody who lost it. Make sure that it is really them: their password alone lets them in afterwards."
          done="The second factor is off."
        />
      )}
      <Disable user={user} />
      <a className="button" href={toUrl('exportUser', { params: { user_id: user.user_id } })} download>
        Export
      </a>
    </div>
    <p className="hint">The export is one file with everything that the user stored, encrypted as it is.</p>
  </Section>
);
