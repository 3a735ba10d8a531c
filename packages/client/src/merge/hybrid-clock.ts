/**
 * A moment of a hybrid logical clock as text that sorts by bytes: milliseconds since 1970 (12 hex digits), a counter (4)
 * and the node that read it (8), joined by hyphens.
 */
export type Moment = string;

/** How far ahead of the server a moment may be and still be believed, in milliseconds. */
export const trustedLead = 5 * 60_000;

const pattern = /^[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{8}$/;
const highestCounter = 0xffff;

export const isMoment = (text: string): boolean => pattern.test(text);

/** Milliseconds since 1970. */
export const timeOf = (moment: Moment): number => Number.parseInt(moment.slice(0, 12), 16);

const counterOf = (moment: Moment): number => Number.parseInt(moment.slice(13, 17), 16);

const toMoment = (time: number, counter: number, node: string): Moment =>
  `${time.toString(16).padStart(12, '0')}-${counter.toString(16).padStart(4, '0')}-${node}`;

/** A moment that a wrong clock made must not win for ever, so one too far ahead of the server is not believed. */
export const isTrusted = (moment: Moment, serverNow: number): boolean => timeOf(moment) <= serverNow + trustedLead;

export interface HybridClock {
  /** A moment after every one that this clock gave or was shown. */
  tick(): Moment;
  /** Takes notice of a moment of another node; one that is not to be trusted changes nothing. */
  notice(moment: Moment): void;
  /** What the server's clock shows, as far as is known. */
  serverNow(): number;
  /** The server said what time it is. @param serverTime milliseconds since 1970 */
  adjust(serverTime: number): void;
  /** How far the server is ahead of this machine, in milliseconds. */
  readonly offset: number;
}

export interface HybridClockOptions {
  /** Milliseconds since 1970, as this machine believes. */
  readonly now: () => number;
  /** 8 hex digits. */
  readonly node: string;
  /** What `offset` was when the program last ran. */
  readonly offset?: number;
}

export const createHybridClock = ({ now, node, offset: known = 0 }: HybridClockOptions): HybridClock => {
  let offset = known;
  let lastTime = 0;
  let lastCounter = 0;
  const serverNow = (): number => Math.max(0, Math.round(now() + offset));

  return {
    serverNow,
    tick() {
      const time = serverNow();
      if (time > lastTime) {
        lastTime = time;
        lastCounter = 0;
      } else if (lastCounter < highestCounter) lastCounter += 1;
      else {
        lastTime += 1;
        lastCounter = 0;
      }
      return toMoment(lastTime, lastCounter, node);
    },
    notice(moment) {
      if (!isTrusted(moment, serverNow())) return;
      const time = timeOf(moment);
      if (time < lastTime) return;
      lastCounter = time > lastTime ? counterOf(moment) : Math.max(lastCounter, counterOf(moment));
      lastTime = time;
    },
    adjust(serverTime) {
      offset = serverTime - now();
      // A clock that ran ahead must not go on from where it was wrongly.
      if (lastTime > serverTime + trustedLead) {
        lastTime = 0;
        lastCounter = 0;
      }
    },
    get offset() {
      return offset;
    },
  };
};
