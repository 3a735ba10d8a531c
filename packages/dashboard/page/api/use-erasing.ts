import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { hasCode } from './api-error.js';
import { type RequestOptions, request } from './request.js';

const pause = 1_500;

const isGone = async (look: () => Promise<unknown>): Promise<boolean> => {
  try {
    await look();
    return false;
  } catch (error) {
    if (hasCode(error, 'app_not_found', 'user_not_found')) return true;
    // The erasing goes on whether or not this page can ask.
    if (hasCode(error, 'unreachable', 'unavailable', 'rate_limited')) return false;
    throw error;
  }
};

/**
 * Erases an app or a user. What takes long goes on by itself on the server; this waits until it is gone. `seconds`: for
 * how long it has been under way, to be shown.
 */
export const useErasing = (name: 'eraseApp' | 'eraseUser') => {
  const [seconds, setSeconds] = useState(0);
  const erasing = useMutation({
    mutationFn: async (options: RequestOptions<'eraseApp' | 'eraseUser'>) => {
      const began = Date.now();
      const timer = setInterval(() => setSeconds(Math.round((Date.now() - began) / 1000)), 1_000);
      try {
        if ((await request(name, options)) === null) return;
        const { params = {} } = options;
        const look = () => request(name === 'eraseApp' ? 'getApp' : 'getUser', { params });
        while (!(await isGone(look))) await new Promise((resolve) => setTimeout(resolve, pause));
      } finally {
        clearInterval(timer);
        setSeconds(0);
      }
    },
  });
  return { ...erasing, seconds };
};
