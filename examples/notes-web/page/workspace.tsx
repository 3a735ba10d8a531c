import { useMemo, useState } from 'preact/hooks';
import { Banners } from './banners.js';
import { Editor } from './editor.js';
import { Failure } from './form.js';
import { useKeysState, useObservable, useStatus, useTask } from './hooks.js';
import icon from './icon.svg';
import { SetUp, Unlock } from './keys.js';
import { type Note, newNote } from './note.js';
import { NoteList } from './note-list.js';
import type { Notes } from './open-notes.js';
import { Settings } from './settings.js';
import { SyncIndicator } from './sync-status.js';
import { useRotation } from './use-rotation.js';

interface WorkspaceProps {
  readonly notes: Notes;
  readonly email: string;
  readonly onLogIn: () => void;
  readonly onLogOut: (isErasing: boolean) => Promise<void>;
}

const byEdit = (a: Note, b: Note): number => b.editedAt - a.editedAt;

/** Everything behind the login. */
export const Workspace = ({ notes, email, onLogIn, onLogOut }: WorkspaceProps) => {
  const all = useObservable<readonly Note[] | null>(
    useMemo(() => notes.notes.observe({ orderBy: byEdit }), [notes]),
    null,
  );
  const keys = useKeysState(notes);
  const { phase } = useStatus(notes);
  const rotation = useRotation(notes);
  const deletion = useTask();
  const [selected, setSelected] = useState<string | null>(null);
  /** Is stored once something is typed into it. */
  const [fresh, setFresh] = useState<Note | null>(null);
  const [isSetting, setSetting] = useState(false);

  if (all === null) return null;
  if (keys.kind === 'absent') return <SetUp notes={notes} />;
  if (keys.kind === 'refused' || (keys.kind === 'locked' && all.length === 0)) {
    return <Unlock notes={notes} state={keys} />;
  }
  if (keys.kind === 'unknown' && all.length === 0 && phase === 'working') return null;

  const note = [...all, ...(fresh ? [fresh] : [])].find(({ id }) => id === selected);

  const select = (id: string | null): void => {
    setFresh(null);
    setSelected(id);
  };

  const add = (): void => {
    const made = newNote();
    setFresh(made);
    setSelected(made.id);
  };

  const remove = async ({ id, attachments }: Note): Promise<void> => {
    select(null);
    await notes.notes.delete(id);
    await notes.forgetFiles(attachments.map(({ hash }) => hash));
  };

  return (
    <div class={note ? 'workspace reading' : 'workspace'}>
      <header class="bar">
        <img src={icon} alt="" width="28" height="28" />
        <h1>Notes</h1>
        <SyncIndicator notes={notes} />
        <button type="button" class="quiet" onClick={() => setSetting(true)}>
          Settings
        </button>
      </header>
      <div class="banners">
        <Banners {...{ notes, keys, rotation, onLogIn }} />
        <Failure text={deletion.failure} />
      </div>
      <main>
        <NoteList notes={all} selected={selected} onSelect={select} onAdd={add} />
        <div class="pane">
          {note ? (
            <Editor
              key={note.id}
              {...{ notes, note }}
              onClose={() => select(null)}
              onDelete={() => void deletion.run(() => remove(note))}
            />
          ) : (
            <p class="empty">{all.length === 0 ? 'Write your first note.' : 'Choose a note, or write a new one.'}</p>
          )}
        </div>
      </main>
      {isSetting && <Settings {...{ notes, keys, rotation, email, onLogOut }} onClose={() => setSetting(false)} />}
    </div>
  );
};
