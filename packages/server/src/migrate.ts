import type { Storage } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import { codeOf, Refusal } from './refusal.js';

/** Brings the storage to the schema of this release. @throws Refusal when the storage refuses, above all a newer schema. */
export const migrate = async (storage: Storage): Promise<void> => {
  try {
    await storage.migrate();
  } catch (error) {
    // What has no code is the storage's own sentence for the operator.
    const isSentence = error instanceof Error && !isSyncError(error) && codeOf(error) === '';
    throw isSentence ? new Refusal(error.message, { cause: error }) : error;
  }
};
