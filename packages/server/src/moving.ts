import { type MovingCounts, MovingError } from '@synckeep/core';
import { Refusal } from './refusal.js';

/** What the core refuses is a sentence for whoever started the command. */
export const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MovingError ? new Refusal(error.message, { cause: error }) : error;
  }
};

const number = (value: number): string => value.toLocaleString('en');

const count = (value: number, one: string, many: string): string => `${number(value)} ${value === 1 ? one : many}`;

export const toSummary = ({ scopes, changes, blobs, blobBytes, records }: Readonly<MovingCounts>): string =>
  [
    count(scopes, 'log', 'logs'),
    count(changes, 'change', 'changes'),
    `${count(blobs, 'blob', 'blobs')} (${number(blobBytes)} bytes)`,
    count(records, 'record', 'records'),
  ].join(', ');

/** The same for scripts. */
export const toSummaryView = ({ scopes, changes, blobs, blobBytes, records }: Readonly<MovingCounts>) => ({
  ...{ logs: scopes, changes, blobs, blob_bytes: blobBytes, records },
});

const pace = 5_000;

/** Says on standard error, every five seconds, how far something is. @returns what is told of it */
export const createProgress = <T>(toLine: (state: T) => string): ((state: T) => void) => {
  let next = performance.now() + pace;
  return (state) => {
    const now = performance.now();
    if (now < next) return;
    next = now + pace;
    process.stderr.write(`${toLine(state)}\n`);
  };
};
