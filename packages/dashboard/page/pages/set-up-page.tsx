import { useState } from 'react';
import { useLocation } from 'wouter';
import { useSetUp } from '../api/session.js';
import type { Session } from '../api/wire.js';
import { Alone } from '../parts/alone.js';
import { TextField } from '../parts/field.js';
import { Form } from '../parts/form.js';
import { SignInPage } from './sign-in-page.js';

/** Where the first administrator is made. */
export const SetUpPage = ({ token, session }: { readonly token: string | null; readonly session: Session }) => {
  const setUp = useSetUp();
  const [, go] = useLocation();
  const [problem, setProblem] = useState('');
  const { needs_setup, sign_in_enabled } = session;
  if (!needs_setup || token === null) return <SignInPage needsSetUp={needs_setup} isHere={sign_in_enabled} />;
  return (
    <Alone
      title="Welcome to Synckeep"
      about="Choose how you sign in. You are the first administrator of this server; you can add others later."
    >
      <Form
        submit="Set up this server"
        busy="Setting up…"
        isBusy={setUp.isPending}
        error={setUp.error}
        onSubmit={(fields) => {
          const password = fields.text('password');
          const isSame = password === fields.text('again');
          setProblem(isSame ? '' : 'The two passwords are not the same.');
          if (isSame) setUp.mutate({ token, email: fields.text('email'), password }, { onSuccess: () => go('/') });
        }}
      >
        <TextField label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
        <TextField
          label="Password"
          hint="Long beats complicated: a few words that nobody would guess."
          name="password"
          type="password"
          autoComplete="new-password"
          required
        />
        <TextField
          label="The password again"
          name="again"
          type="password"
          autoComplete="new-password"
          required
          error={problem}
        />
      </Form>
    </Alone>
  );
};
