import type { Network } from './ports.js';

/** What a browser says. It may call a network online that leads nowhere; it is right about offline. */
export const webNetwork: Network = {
  isOnline: () => navigator.onLine,
  onChange(listener) {
    addEventListener('online', listener);
    addEventListener('offline', listener);
    return () => {
      removeEventListener('online', listener);
      removeEventListener('offline', listener);
    };
  },
};
