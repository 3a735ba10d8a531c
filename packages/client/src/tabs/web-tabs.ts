import type { TabMessage, Tabs } from './tabs.js';

export interface WebTabsOptions {
  /** The same in every tab of the store, such as the name of its database. */
  readonly name: string;
  readonly locks?: LockManager;
}

/** Tabs by Web Locks and a BroadcastChannel. When the tab that syncs is closed, the browser gives its lock to the next. */
export const createWebTabs = ({ name, locks = navigator.locks }: WebTabsOptions): Tabs => {
  const channel = new BroadcastChannel(`synckeep/${name}`);
  let isClosed = false;
  return {
    lead(onLead) {
      const leave = new AbortController();
      let release = (): void => {};
      locks
        .request(`synckeep/${name}`, { signal: leave.signal }, () => {
          onLead();
          return new Promise<void>((resolve) => {
            release = resolve;
          });
        })
        // Only a wait that was given up ends so.
        .catch((error: unknown) => {
          if (!leave.signal.aborted) throw error;
        });
      return () => {
        leave.abort();
        release();
      };
    },
    post(message) {
      // A write that ends after the window was given up has nobody to tell.
      if (!isClosed) channel.postMessage(message);
    },
    onMessage(listener) {
      const receive = ({ data }: MessageEvent<TabMessage>): void => listener(data);
      channel.addEventListener('message', receive);
      return () => channel.removeEventListener('message', receive);
    },
    close() {
      isClosed = true;
      channel.close();
    },
  };
};
