import type { MovableKind, RecordPut, StoredRecord } from '@synckeep/core';
import { put } from '../contracts/record-samples.js';
import { now } from '../contracts/samples.js';
import type { MovingEnd } from './moving-ends.js';

const hasEmail = (value: unknown): value is { readonly email: string } =>
  typeof value === 'object' && value !== null && 'email' in value && typeof value.email === 'string';

const toPut = (key: string, email: string, expiresAt: number | null): RecordPut =>
  put('person', key, {
    ...{ condition: 'absent', value: { email }, expiresAt },
    ...{ unique: { email }, indexes: { all: [''] } },
  });

/** Users as a host keeps them: by user id, with an e-mail address that no two have. */
export const personKind: MovableKind = {
  name: 'person',
  moves: 'user',
  mustBeSame: false,
  index: null,
  objectsOf: () => [],
  toPut: (key, value, expiresAt) => (hasEmail(value) ? toPut(key, value.email, expiresAt) : undefined),
};

export const addPerson = async (
  { storage }: MovingEnd,
  userId: string,
  email = `${userId}@example.org`,
  expiresAt: number | null = null,
): Promise<void> => {
  await storage.records.transact([toPut(userId, email, expiresAt)], now);
};

export const findPerson = ({ storage }: MovingEnd, userId: string): Promise<StoredRecord | null> =>
  storage.records.get(personKind.name, userId);
