import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Attachments } from './attachments.js';
import { Failure } from './form.js';
import type { Note } from './note.js';
import type { Notes } from './open-notes.js';
import { useDraft } from './use-draft.js';

/** Where the cursor is after the text around it was changed by somebody else. */
const moved = (before: string, after: string, at: number): number =>
  after.startsWith(before.slice(0, at)) ? at : Math.max(0, at + after.length - before.length);

interface TextProps {
  readonly text: string;
  readonly onType: (text: string) => void;
}

const Text = ({ text, onType }: TextProps) => {
  const area = useRef<HTMLTextAreaElement>(null);
  const { value, selectionStart, selectionEnd } = area.current ?? { value: text, selectionStart: 0, selectionEnd: 0 };
  useLayoutEffect(() => {
    if (value === text || document.activeElement !== area.current) return;
    area.current?.setSelectionRange(moved(value, text, selectionStart), moved(value, text, selectionEnd));
  }, [text]);
  return (
    <textarea
      ref={area}
      class="text"
      aria-label="Text"
      placeholder="Write …"
      maxLength={200_000}
      value={text}
      onInput={(event) => onType(event.currentTarget.value)}
    />
  );
};

interface EditorProps {
  readonly notes: Notes;
  readonly note: Note;
  readonly onClose: () => void;
  readonly onDelete: () => void;
}

export const Editor = ({ notes, note, onClose, onDelete }: EditorProps) => {
  const { draft, failure, discard, type, store } = useDraft(notes, note);
  const title = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (note.title === '' && note.text === '') title.current?.focus();
  }, []);

  const askToDelete = (): void => {
    if (!confirm(`Delete “${draft.title || 'Untitled'}” on all devices?`)) return;
    discard();
    onDelete();
  };

  return (
    <article class="editor" aria-label="Note">
      <div class="tools">
        <button type="button" class="back" onClick={onClose}>
          ‹ All notes
        </button>
        <time dateTime={new Date(draft.editedAt).toISOString()}>
          {new Date(draft.editedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
        <button type="button" class="quiet" onClick={askToDelete}>
          Delete
        </button>
      </div>
      <Failure text={failure} />
      <input
        ref={title}
        class="title"
        aria-label="Title"
        placeholder="Title"
        maxLength={1000}
        value={draft.title}
        onInput={(event) => type({ title: event.currentTarget.value })}
      />
      <Text text={draft.text} onType={(text) => type({ text })} />
      <Attachments
        notes={notes}
        attachments={draft.attachments}
        onChange={(change) => store((now) => ({ ...now, attachments: change(now.attachments) }))}
      />
    </article>
  );
};
