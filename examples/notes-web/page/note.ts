import { type BlobRef, type Merge, mergeFields } from '@synckeep/client';
import * as z from 'zod/mini';
import { mergeText } from './merge-text.js';

// Compiled checks need `eval`, which the policy of the page forbids.
z.config({ jitless: true });

export interface Attachment extends BlobRef {
  readonly name: string;
  readonly type: string;
}

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly editedAt: number;
  readonly attachments: readonly Attachment[];
}

/** What the client checks before it encrypts. */
export const noteSchema = z.object({
  id: z.string(),
  title: z.string().check(z.maxLength(1000)),
  text: z.string().check(z.maxLength(200_000)),
  editedAt: z.number(),
  attachments: z.array(
    z.object({ hash: z.string(), key: z.string(), size: z.number(), name: z.string(), type: z.string() }),
  ),
});

export const newNote = (): Note => ({
  id: crypto.randomUUID(),
  title: '',
  text: '',
  editedAt: Date.now(),
  attachments: [],
});

/** Attachments that were added on either side; one that either side removed is gone. */
const mergeAttachments = (base: Note | null, local: Note, remote: Note): readonly Attachment[] => {
  const has = (note: Note | null, { hash }: Attachment) =>
    note?.attachments.some((each) => each.hash === hash) ?? false;
  const kept = local.attachments.filter((each) => has(remote, each) || !has(base, each));
  return [...kept, ...remote.attachments.filter((each) => !has(base, each) && !has(local, each))];
};

/** What two people typed side by side is all kept; an edit wins against a deletion. */
export const mergeNotes: Merge<Note> = (input) => {
  const { base, local, remote } = input;
  if (local.value === null || remote.value === null) return local.value ?? remote.value;
  const merged = mergeFields(input);
  if (merged === null) return null;
  return {
    ...merged,
    text: mergeText(base?.text ?? '', local.value.text, remote.value.text),
    attachments: mergeAttachments(base, local.value, remote.value),
    editedAt: Math.max(local.value.editedAt, remote.value.editedAt),
  };
};
