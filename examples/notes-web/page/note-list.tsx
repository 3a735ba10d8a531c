import type { Note } from './note.js';

interface NoteListProps {
  readonly notes: readonly Note[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onAdd: () => void;
}

const toDay = (time: number): string =>
  new Date(time).toLocaleDateString(undefined, { month: 'short', day: 'numeric' });

export const NoteList = ({ notes, selected, onSelect, onAdd }: NoteListProps) => (
  <nav class="list" aria-label="Notes">
    <button type="button" class="primary" onClick={onAdd}>
      New note
    </button>
    <ul>
      {notes.map(({ id, title, text, editedAt, attachments }) => (
        <li key={id}>
          <button type="button" {...(id === selected && { 'aria-current': 'true' })} onClick={() => onSelect(id)}>
            <strong>{title || 'Untitled'}</strong>
            <span class="excerpt">{text.slice(0, 200) || 'Nothing written yet'}</span>
            <span class="facts">
              {toDay(editedAt)}
              {attachments.length > 0 && ` · ${attachments.length === 1 ? '1 file' : `${attachments.length} files`}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  </nav>
);
