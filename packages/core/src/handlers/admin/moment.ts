import { SyncError } from '@synckeep/protocol';

/** Milliseconds since 1970. @throws SyncError `invalid_request` for a time that fits the pattern and is none, such as 23:59:60 */
export const toMoment = (text: string, where: 'body' | 'query', field: string): number => {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new SyncError('invalid_request', { details: { in: where, pointer: `/${field}`, problem: 'is no time' } });
};
