import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { toSentence } from './hooks.js';
import type { Note } from './note.js';
import type { Notes } from './open-notes.js';
import { forgetTyped, isSame, keepTyped, rebase } from './typed.js';

/** Milliseconds of silence after which what was typed is stored. */
const pause = 300;

/**
 * A note while somebody types in it: stored after each pause and when the page is left, and brought together with what
 * comes from other devices meanwhile.
 */
export const useDraft = ({ notes: table, userId }: Notes, note: Note) => {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const [failure, setFailure] = useState<string | null>(null);
  const typed = useRef({ draft: note, base: note });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const turn = useRef<Promise<void>>(Promise.resolve());

  /** One after the other, because each reads the row and decides by it. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.current.then(work);
    turn.current = done.catch(() => {});
    return done;
  };

  /** Stores the draft, changed by `change`, upon what is stored now. */
  const store = (change: (note: Note) => Note = (same) => same): Promise<void> =>
    inTurn(async () => {
      const before = typed.current;
      const stored = (await table.get(note.id)) ?? before.base;
      const current = rebase(before, stored);
      const next = change(current);
      if (next !== current || !isSame(current, stored)) await table.put({ ...next, editedAt: Date.now() });
      // Somebody may have typed on while it was stored.
      typed.current = { draft: rebase({ draft: typed.current.draft, base: before.draft }, next), base: next };
      forgetTyped(userId, note.id);
      render(null);
    });

  const save = (): void => {
    store().then(
      () => setFailure(null),
      (error: unknown) => setFailure(`This note could not be stored. ${toSentence(error)}`),
    );
  };

  // Also what came from another device is brought in by this.
  useEffect(save, [note]);

  useEffect(() => {
    const leave = (): void => {
      clearTimeout(timer.current);
      const { draft, base } = typed.current;
      if (isSame(draft, base)) return;
      keepTyped(userId, typed.current);
      save();
    };
    addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', leave);
    return () => {
      removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', leave);
      leave();
    };
  }, []);

  return {
    draft: typed.current.draft,
    failure,
    /** Before the note is deleted, so that what was typed last does not bring it back. */
    discard(): void {
      clearTimeout(timer.current);
      typed.current = { ...typed.current, draft: typed.current.base };
    },
    type(change: Partial<Pick<Note, 'title' | 'text'>>): void {
      typed.current = { ...typed.current, draft: { ...typed.current.draft, ...change } };
      render(null);
      clearTimeout(timer.current);
      timer.current = setTimeout(save, pause);
    },
    store,
  };
};
