import type { Clock, Observer } from '../ports/index.js';

/** Texts that wait for their echo at most: none comes while nobody listens. */
const mostWaiting = 100;

/** Measures how long this process' own texts take to come back to it: so long they take to reach the others. */
export const createEcho = (clock: Clock, observer: Observer) => {
  const sentAtByText = new Map<string, number>();
  return {
    sending(texts: readonly string[]): void {
      for (const text of texts) {
        sentAtByText.delete(text);
        sentAtByText.set(text, clock.now());
        const [oldest] = sentAtByText.keys();
        if (oldest !== undefined && sentAtByText.size > mostWaiting) sentAtByText.delete(oldest);
      }
    },
    hear(text: string): void {
      const sentAt = sentAtByText.get(text);
      if (sentAt === undefined) return;
      sentAtByText.delete(text);
      observer.note({ kind: 'news', seconds: Math.max(0, clock.now() - sentAt) / 1000 });
    },
  };
};
