import type { TokenAnswer } from '@synckeep/client';
import { type Config, leaveToSignIn, logIn } from './account.js';
import { Card, Failure, Field, Form } from './form.js';
import { useTask } from './hooks.js';

interface LogInProps {
  readonly config: Config;
  readonly failure: string | null;
  readonly onLogIn: (answer: TokenAnswer, email: string) => Promise<void>;
}

export const LogIn = ({ config, failure, onLogIn }: LogInProps) => {
  const redirect = useTask();
  return (
    <Card title="Notes">
      <p class="lead">Notes that only you can read. They are encrypted before they leave this device.</p>
      <Failure text={failure} />
      <Form
        action="Log in"
        onSubmit={async (field) => {
          const email = field('email');
          await onLogIn(await logIn(config, email, field('password')), email);
        }}
      >
        <Field label="E-mail address" name="email" type="email" autocomplete="username" hasFocus />
        <Field label="Password" name="password" type="password" autocomplete="current-password" />
      </Form>
      <p class="or">or</p>
      <button type="button" class="wide" onClick={() => void redirect.run(() => leaveToSignIn(config))}>
        Log in on the server’s page
      </button>
      <Failure text={redirect.failure} />
      {config.demoUsers.length > 0 && (
        <details>
          <summary>Accounts of this demo</summary>
          <dl>
            {config.demoUsers.map(({ email, password }) => (
              <div key={email}>
                <dt>{email}</dt>
                <dd>{password}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </Card>
  );
};
