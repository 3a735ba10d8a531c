import type { Acceptance, NewObject, StoredObject } from '../ports/index.js';

/** What `accept` answers of what is stored, for a store whose uploads are checked as they come. */
export const toAcceptance = (stored: StoredObject | null, { sizeBytes, hash }: NewObject): Acceptance => {
  if (!stored) return 'missing';
  return stored.sizeBytes === sizeBytes && stored.hash === hash ? 'accepted' : 'different';
};
