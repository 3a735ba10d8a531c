import type { Table } from '@synckeep/client';
import { mergeText } from './merge-text.js';
import type { Note } from './note.js';

/** What somebody has typed, and the state of the note that it was typed upon. */
export interface Typed {
  readonly draft: Note;
  readonly base: Note;
}

export const isSame = (a: Note, b: Note): boolean => a.title === b.title && a.text === b.text;

/** What was typed, upon what is stored now instead. */
export const rebase = ({ draft, base }: Typed, stored: Note): Note => ({
  ...stored,
  title: draft.title === base.title ? stored.title : draft.title,
  text: mergeText(base.text, draft.text, stored.text),
});

// A page that goes away may not live to see a transaction of IndexedDB. What is in localStorage is there at once.
const keyOf = (userId: string, id: string): string => `notes.typed/${userId}/${id}`;

export const keepTyped = (userId: string, typed: Typed): void =>
  localStorage.setItem(keyOf(userId, typed.base.id), JSON.stringify(typed));

export const forgetTyped = (userId: string, id: string): void => localStorage.removeItem(keyOf(userId, id));

/** Stores what the last page could only keep. */
export const storeKept = async (userId: string, table: Table<Note>): Promise<void> => {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(keyOf(userId, '')))) {
    const typed: Typed = JSON.parse(localStorage.getItem(key) ?? '');
    const stored = (await table.get(typed.base.id)) ?? typed.base;
    await table.put({ ...rebase(typed, stored), editedAt: Date.now() });
    localStorage.removeItem(key);
  }
};
