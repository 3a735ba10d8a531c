import type {
  AppendResult,
  BeginRotation,
  Keys,
  LogPage,
  LogQuery,
  LogStatus,
  NewBatch,
  PastKey,
  PutKey,
  RotationBatch,
  RotationPage,
  RotationQuery,
  Scope,
  Storage,
} from '@synckeep/core';
import { type ErrorCode, type ErrorDetails, isSyncError } from '@synckeep/protocol';
import { now } from '../contracts/samples.js';

/** A call that the model knows, with all of its values. */
export type Operation =
  | { readonly kind: 'append'; readonly batch: NewBatch }
  | { readonly kind: 'read'; readonly query: LogQuery }
  | { readonly kind: 'status' }
  | { readonly kind: 'put'; readonly key: PutKey }
  | { readonly kind: 'keys' }
  | { readonly kind: 'history' }
  | { readonly kind: 'begin'; readonly rotation: BeginRotation }
  | { readonly kind: 'entries'; readonly query: RotationQuery }
  | { readonly kind: 'rotate'; readonly batch: RotationBatch }
  | { readonly kind: 'complete'; readonly now: number }
  | { readonly kind: 'abort'; readonly limit: number; readonly now: number }
  | { readonly kind: 'reset'; readonly epoch: string; readonly now: number }
  | { readonly kind: 'renew'; readonly epoch: string };

export type Refused = { readonly refused: ErrorCode; readonly details: ErrorDetails | undefined };

/** An operation together with what the storage answered. */
export type Answered =
  | { readonly kind: 'append'; readonly batch: NewBatch; readonly answer: AppendResult | Refused }
  | { readonly kind: 'read'; readonly query: LogQuery; readonly answer: LogPage | Refused }
  | { readonly kind: 'status'; readonly answer: LogStatus | Refused }
  | { readonly kind: 'put'; readonly key: PutKey; readonly answer: { readonly keyVersion: number } | Refused }
  | { readonly kind: 'keys'; readonly answer: Keys | null | Refused }
  | { readonly kind: 'history'; readonly answer: readonly PastKey[] | Refused }
  | {
      readonly kind: 'begin';
      readonly rotation: BeginRotation;
      readonly answer: { readonly keyVersion: number; readonly remaining: number } | Refused;
    }
  | { readonly kind: 'entries'; readonly query: RotationQuery; readonly answer: RotationPage | Refused }
  | {
      readonly kind: 'rotate';
      readonly batch: RotationBatch;
      readonly answer: { readonly updated: number; readonly remaining: number } | Refused;
    }
  | {
      readonly kind: 'complete';
      readonly now: number;
      readonly answer: { readonly keyVersion: number; readonly unreadable: number } | Refused;
    }
  | { readonly kind: 'abort'; readonly now: number; readonly answer: { readonly keyVersion: number } | Refused }
  | { readonly kind: 'reset'; readonly epoch: string; readonly answer: number | Refused }
  | { readonly kind: 'renew'; readonly epoch: string; readonly answer: null | Refused };

export const isRefused = (answer: Answered['answer']): answer is Refused =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;

const settle = async <T>(call: Promise<T>): Promise<T | Refused> => {
  try {
    return await call;
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return { refused: error.code, details: error.details };
  }
};

const abortAll = async ({ keyStore }: Storage, scope: Scope, limit: number, now: number) => {
  for (let step = 0; step < 1000; step++) {
    const { done, keyVersion } = await keyStore.abortRotation(scope, limit, now);
    if (done) return { keyVersion };
  }
  throw new Error('the abort does not end');
};

/** Calls the storage. Refusals are answers, anything else that is thrown is thrown. */
export const perform = async (storage: Storage, scope: Scope, operation: Operation): Promise<Answered> => {
  const { changeLog, keyStore } = storage;
  switch (operation.kind) {
    case 'append':
      return { ...operation, answer: await settle(changeLog.append(scope, operation.batch)) };
    case 'read':
      return { ...operation, answer: await settle(changeLog.read(scope, operation.query)) };
    case 'status':
      return { ...operation, answer: await settle(changeLog.status(scope, now)) };
    case 'put':
      return { ...operation, answer: await settle(keyStore.put(scope, operation.key)) };
    case 'keys':
      return { ...operation, answer: await settle(keyStore.get(scope)) };
    case 'history':
      return { ...operation, answer: await settle(keyStore.history(scope)) };
    case 'begin':
      return { ...operation, answer: await settle(keyStore.beginRotation(scope, operation.rotation)) };
    case 'entries':
      return { ...operation, answer: await settle(keyStore.rotationEntries(scope, operation.query)) };
    case 'rotate':
      return { ...operation, answer: await settle(keyStore.rotate(scope, operation.batch)) };
    case 'complete':
      return { ...operation, answer: await settle(keyStore.completeRotation(scope, operation.now)) };
    case 'abort':
      return { ...operation, answer: await settle(abortAll(storage, scope, operation.limit, operation.now)) };
    case 'reset':
      return { ...operation, answer: await settle(changeLog.reset(scope, operation.epoch, operation.now)) };
    case 'renew':
      return {
        ...operation,
        answer: await settle<null>(changeLog.renewEpoch(scope, operation.epoch).then((): null => null)),
      };
  }
};
