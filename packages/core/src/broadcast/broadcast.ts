/**
 * A way to bring short texts to every process: a channel of a database, a queue, a multicast. `createBroadcastNotifier`
 * makes a notifier of it, and does everything else: merging, pace, repetition, connections that are lost.
 */
export interface Broadcast {
  /**
   * Sends these texts, all of them now, to every process that listens; whether this one hears them too does not matter.
   * Not called again before it settled, so it must settle within seconds whatever happens. It rejects when they may
   * not have been sent; they are sent again then, perhaps merged with others.
   */
  send(texts: readonly string[]): Promise<void>;

  /** Begins to make a connection that hears. One that failed is closed, and a new one is made a while later. */
  listen(receiver: BroadcastReceiver): BroadcastConnection;
}

export interface BroadcastReceiver {
  hear(text: string): void;
  /** The connection is lost. May be called more than once, and after `close`. */
  lose(reason: unknown): void;
}

export interface BroadcastConnection {
  /** Resolves when every text that is sent from then on will be heard; rejects when that failed. Given up after 5 s. */
  readonly ready: Promise<unknown>;
  /** Asks the other side for a sign of life; called every few seconds once it is ready. Given up after 3 s. */
  check(): Promise<unknown>;
  /** Ends the connection, in whatever state it is. */
  close(): Promise<unknown>;
}
