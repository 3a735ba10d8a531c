import type { RotationProgress, RotationStart } from '@synckeep/client';
import { useState } from 'preact/hooks';
import type { Notes } from './open-notes.js';

/** A change of the key: it can be begun here, or gone on with when another device or a closed page began it. */
export const useRotation = ({ client: { keys } }: Notes) => {
  const [progress, setProgress] = useState<RotationProgress | null>(null);

  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setProgress({ done: 0, remaining: 0, unreadable: 0 });
    try {
      await work();
    } finally {
      setProgress(null);
    }
  };

  return {
    /** null while nothing runs here. */
    progress,
    start: (start: Pick<RotationStart, 'passphrase' | 'newPassphrase' | 'recoveryCode'>) =>
      run(() => keys.rotate({ ...start, onProgress: setProgress })),
    resume: () => run(() => keys.resumeRotation({ onProgress: setProgress })),
  };
};

export type Rotation = ReturnType<typeof useRotation>;
