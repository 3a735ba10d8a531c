import type { Observer } from '@synckeep/core';

/** Remembers how long news took lately. */
export const createNewsLag = () => {
  let milliseconds: number | null = null;
  const observer: Observer = {
    note(observation) {
      if (observation.kind === 'news') milliseconds = Math.round(observation.seconds * 1000);
    },
    follow: (_task, run) => void run(),
  };
  return { observer, last: () => milliseconds };
};
