import { useState } from 'react';
import { hasCode } from '../api/api-error.js';
import { useSignIn } from '../api/session.js';
import { Alone } from '../parts/alone.js';
import { TextField } from '../parts/field.js';
import { Form } from '../parts/form.js';

interface SignInPageProps {
  readonly needsSetUp: boolean;
  /** Whether this server signs administrators in itself. */
  readonly isHere: boolean;
}

export const SignInPage = ({ needsSetUp, isHere }: SignInPageProps) => {
  const signIn = useSignIn();
  const [asksCode, setAsksCode] = useState(false);
  if (needsSetUp) {
    return (
      <Alone title="This server has no administrator yet">
        <p>
          When it started, the server printed a link that makes the first one. Open that link in this browser; it works
          once, for a day.
        </p>
        <p className="hint">
          The link is lost? On the server, <code>synckeep administrator set-up-link</code> makes another one.
        </p>
      </Alone>
    );
  }
  if (!isHere) {
    return (
      <Alone title="Sign in first">
        <p>
          This server takes the sign-in of the program that it is part of. Sign in there as an administrator, then load
          this page again.
        </p>
      </Alone>
    );
  }
  const wantsCode = hasCode(signIn.error, 'two_factor_required');
  return (
    <Alone title="Sign in" about="To look after this Synckeep server.">
      <Form
        submit="Sign in"
        busy="Signing in…"
        isBusy={signIn.isPending}
        error={wantsCode ? null : signIn.error}
        onSubmit={(fields) => {
          const code = fields.text('code').replaceAll(/\s/g, '');
          const body = { email: fields.text('email'), password: fields.text('password'), ...(code && { code }) };
          signIn.mutate(body, {
            onError: (error) => {
              if (hasCode(error, 'two_factor_required')) setAsksCode(true);
            },
          });
        }}
      >
        <TextField label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
        {asksCode && (
          <TextField
            label="Code"
            hint="Six digits from your authenticator app, or one of your recovery codes."
            name="code"
            inputMode="text"
            autoComplete="one-time-code"
            required
            autoFocus
          />
        )}
      </Form>
    </Alone>
  );
};
