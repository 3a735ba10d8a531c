import { concat, concatMap, from, ignoreElements, map, Observable, repeat, retry } from 'rxjs';
import { createPause } from '../events/pause.js';
import type { Clock, Log } from '../ports/index.js';
import type { BackOff } from './back-off.js';
import type { Broadcast } from './broadcast.js';
import { withDeadline } from './with-deadline.js';

const checkEvery = 5_000;
const longestConnect = 5_000;
const longestCheck = 3_000;

/** A text that was heard; null when a connection was made, because what was sent before may have been missed. */
export type Heard = string | null;

export interface ReceptionOptions {
  readonly broadcast: Broadcast;
  readonly clock: Clock;
  readonly backOff: BackOff;
  readonly log: Log;
  /** Called for each connection that ends. */
  readonly onClose: (closed: Promise<unknown>) => void;
}

/** Hears for as long as it is subscribed, over one connection at a time; one that is lost or dead is made again. */
export const createReception = ({ broadcast, clock, backOff, log, onClose }: ReceptionOptions): Observable<Heard> => {
  const pause = createPause(clock);
  let isLost = false;

  const connection = new Observable<Heard>((subscriber) => {
    const { ready, check, close } = broadcast.listen({
      hear: (text) => subscriber.next(text),
      lose: (reason) => subscriber.error(reason),
    });
    subscriber.add(() => onClose(close()));
    const connected = from(withDeadline(clock, longestConnect, 'There was no connection within 5 s.', ready));
    const checks = pause(checkEvery).pipe(
      concatMap(() => withDeadline(clock, longestCheck, 'There was no sign of life for 3 s.', check())),
      ignoreElements(),
      repeat(),
    );
    concat(connected.pipe(map(() => null)), checks).subscribe(subscriber);
  });

  return new Observable<Heard>((subscriber) =>
    connection
      .pipe(
        retry({
          delay: (error, failures) => {
            if (!isLost) log.warn({ err: error }, 'The connection that hears news is lost; it is made again.');
            isLost = true;
            return pause(backOff(failures));
          },
          resetOnSuccess: true,
        }),
      )
      .subscribe({
        next: (heard) => {
          if (isLost) log.info({}, 'The connection that hears news is there again.');
          isLost = false;
          subscriber.next(heard);
        },
      }),
  );
};
