import { silentLog } from '../environment.js';
import type { Log, Observer, Storage } from '../ports/index.js';
import { joinObservers, observed, success } from './observed.js';

/** The same object; the observer follows each call of a method. All methods of these ports answer promises. */
const observeMethods = <T extends object>(target: T, port: string, observer: Observer): T => {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(target, {
    get(_, key) {
      const known = methods.get(key);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      const task = { kind: 'storage', port, method: String(key) } as const;
      const method = (...args: unknown[]): Promise<unknown> =>
        observed(
          observer,
          task,
          async () => Reflect.apply(value, target, args),
          () => success,
        );
      methods.set(key, method);
      return method;
    },
  });
};

const ports = ['changeLog', 'deviceStore', 'keyStore', 'blobIndex', 'records', 'transfer'] as const;

/**
 * The same storage; observers hear of each call and how long it took. Give it to everything that uses the storage:
 * `createSyncServer`, and the accounts.
 */
export const observeStorage = (
  storage: Storage,
  observers: Observer | readonly Observer[],
  log: Log = silentLog,
): Storage => {
  const observer = joinObservers(observers, log);
  if (!observer) return storage;
  const observedPorts = new Map<PropertyKey, unknown>(
    ports.map((port) => [port, observeMethods<Storage[typeof port]>(storage[port], port, observer)]),
  );
  const whole = observeMethods(storage, 'storage', observer);
  return new Proxy(whole, { get: (_, key) => observedPorts.get(key) ?? Reflect.get(whole, key) });
};
