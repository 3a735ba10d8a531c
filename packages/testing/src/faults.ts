import type { Storage } from '@synckeep/core';
import { createStall, type Stall } from './stall.js';

type PortName = 'changeLog' | 'deviceStore' | 'keyStore' | 'blobIndex' | 'records' | 'transfer';

export interface FaultyStorage {
  /** The same storage, through which calls can be stopped or fail. */
  readonly storage: Storage;
  /** Stops the next call of this method before it begins. */
  hold(port: PortName, method: string): Stall;
  /**
   * Makes the next call of this method fail with `error`. `before`: nothing happens; `after`: it happens, and only the
   * answer is lost, as when a connection breaks between commit and answer.
   */
  fail(port: PortName, method: string, when: 'before' | 'after', error: Error): void;
}

interface Fault {
  before(): Promise<void>;
  after(): void;
}

/** Wraps a storage so that a test decides when a call waits or fails. Faults of one method are used up in the order made. */
export const withFaults = (storage: Storage): FaultyStorage => {
  const faults = new Map<string, Fault[]>();
  const add = (port: PortName, method: string, fault: Fault): void => {
    const key = `${port}.${method}`;
    faults.set(key, [...(faults.get(key) ?? []), fault]);
  };

  const wrap = <T extends object>(name: PortName, port: T): T =>
    new Proxy(port, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        return async (...values: unknown[]) => {
          const fault = faults.get(`${name}.${String(property)}`)?.shift();
          await fault?.before();
          const answer: unknown = await Reflect.apply(member, target, values);
          fault?.after();
          return answer;
        };
      },
    });

  return {
    storage: {
      changeLog: wrap('changeLog', storage.changeLog),
      deviceStore: wrap('deviceStore', storage.deviceStore),
      keyStore: wrap('keyStore', storage.keyStore),
      blobIndex: wrap('blobIndex', storage.blobIndex),
      records: wrap('records', storage.records),
      transfer: wrap('transfer', storage.transfer),
      migrate: () => storage.migrate(),
      health: () => storage.health(),
      totals: (activeSince) => storage.totals(activeSince),
      scopes: (filter, after, limit) => storage.scopes(filter, after, limit),
      erase: (scope, limit) => storage.erase(scope, limit),
      close: () => storage.close(),
    },
    hold(port, method) {
      const { arrive, ...stall } = createStall();
      add(port, method, { before: arrive, after: () => {} });
      return stall;
    },
    fail(port, method, when, error) {
      const raise = (): never => {
        throw error;
      };
      add(port, method, {
        before: async () => {
          if (when === 'before') raise();
        },
        after: () => {
          if (when === 'after') raise();
        },
      });
    },
  };
};
