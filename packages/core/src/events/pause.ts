import { Observable } from 'rxjs';
import type { Clock } from '../ports/index.js';

/** An observable that says one thing after so many milliseconds, on the injected clock. */
export type Pause = (milliseconds: number) => Observable<void>;

export const createPause =
  (clock: Clock): Pause =>
  (milliseconds) =>
    new Observable((subscriber) =>
      clock.after(milliseconds, () => {
        subscriber.next();
        subscriber.complete();
      }),
    );
