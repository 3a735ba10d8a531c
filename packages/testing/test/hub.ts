import type { Broadcast, BroadcastReceiver, Clock } from '@synckeep/core';

export interface Sending {
  readonly at: number;
  readonly texts: readonly string[];
}

/** A broadcast in memory, with the troubles of a real one. */
export const createHub = (clock: Clock) => {
  const connections = new Set<BroadcastReceiver>();
  const sendings: Sending[] = [];
  let isDown = false;
  let isMute = false;
  let release: (() => void) | null = null;
  let hold: Promise<void> | null = null;

  const broadcast = (): Broadcast => ({
    async send(texts) {
      sendings.push({ at: clock.now(), texts });
      await hold;
      if (isDown) throw new Error('The hub is down.');
      for (const connection of [...connections]) for (const text of texts) connection.hear(text);
    },
    listen(receiver) {
      const reach = async (): Promise<void> => {
        if (isMute) await new Promise(() => {});
        if (isDown) throw new Error('The hub is down.');
      };
      const connect = async (): Promise<void> => {
        await reach();
        connections.add(receiver);
      };
      return { ready: connect(), check: reach, close: async () => void connections.delete(receiver) };
    },
  });

  return {
    broadcast,
    sendings,
    get size() {
      return connections.size;
    },
    /** Whoever is connected loses the connection, and nothing comes through until `start`. */
    stop(): void {
      isDown = true;
      for (const connection of [...connections]) connection.lose(new Error('The hub has stopped.'));
      connections.clear();
    },
    start(): void {
      isDown = false;
    },
    /** As when a cable is pulled: nobody is told, nothing is heard, nothing answers. */
    mute(): void {
      isMute = true;
      connections.clear();
    },
    unmute(): void {
      isMute = false;
    },
    /** Lets every sending wait from now on. */
    holdSending(): void {
      hold = new Promise((resolve) => {
        release = resolve;
      });
    },
    releaseSending(): void {
      release?.();
      hold = null;
    },
  };
};
