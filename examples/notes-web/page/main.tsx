import type { TokenAnswer } from '@synckeep/client';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import {
  type Config,
  comeBack,
  forgetAccount,
  knownAccount,
  loadConfig,
  reloadWithOtherTabs,
  rememberAccount,
} from './account.js';
import { Card } from './form.js';
import { toSentence } from './hooks.js';
import { LogIn } from './log-in.js';
import { type Notes, openNotes } from './open-notes.js';
import { Workspace } from './workspace.js';

interface Start {
  readonly config: Config;
  readonly notes: Notes | null;
  /** Why the login on the server's page did not end well. */
  readonly failure: string | null;
}

const openAccount = async (
  config: Config,
  { userId, email }: { userId: string; email: string },
  answer?: TokenAnswer,
) => {
  const notes = await openNotes(config, userId);
  if (answer) await notes.client.session.adopt(answer);
  rememberAccount({ userId, email });
  await notes.client.sync.start();
  return notes;
};

const start = async (): Promise<Start> => {
  const config = await loadConfig();
  try {
    const answer = await comeBack(config);
    if (answer) return { config, failure: null, notes: await openAccount(config, { ...answer, email: '' }, answer) };
  } catch (error) {
    return { config, notes: null, failure: toSentence(error) };
  }
  const account = knownAccount();
  return { config, failure: null, notes: account && (await openAccount(config, account)) };
};

const App = ({ config, notes: first, failure }: Start) => {
  const [notes, setNotes] = useState(first);
  const [isLoggingIn, setLoggingIn] = useState(false);

  const onLogIn = async (answer: TokenAnswer, email: string): Promise<void> => {
    if (notes) await notes.client.session.adopt(answer);
    else setNotes(await openAccount(config, { userId: answer.userId, email }, answer));
    setLoggingIn(false);
  };

  if (notes === null || isLoggingIn) return <LogIn {...{ config, failure, onLogIn }} />;

  const onLogOut = async (isErasing: boolean): Promise<void> => {
    await notes.client.session.logOut();
    await notes.client.keys.lock();
    if (isErasing) await notes.erase();
    forgetAccount();
    location.reload();
  };

  return <Workspace {...{ notes, onLogOut }} email={knownAccount()?.email ?? ''} onLogIn={() => setLoggingIn(true)} />;
};

const root = document.querySelector('#app');
if (!root) throw new Error('The page has no #app.');
// Where a browser does not let it, the page works all the same, but does not open offline.
navigator.serviceWorker?.register('./service-worker.js').catch((error: unknown) => console.warn(error));
reloadWithOtherTabs();
start().then(
  (begun) => render(<App {...begun} />, root),
  (error: unknown) =>
    render(
      <Card title="Notes cannot start">
        <p class="failure">{toSentence(error)}</p>
      </Card>,
      root,
    ),
);
