import { createStall, type Stall } from '../stall.js';

/** The names of the methods of a port. */
type MethodOf<T> = { [K in keyof T]: T[K] extends (...values: never[]) => Promise<unknown> ? K : never }[keyof T];
type Values<T, K extends keyof T> = T[K] extends (...values: infer V extends unknown[]) => unknown ? V : never;

/** Stops the next call of a method that matches, before it begins; every other call goes through. */
export const holdCall = <T extends object, K extends MethodOf<T>>(
  port: T,
  method: K,
  matches: (...values: Values<T, K>) => boolean = () => true,
): Stall => {
  const original = port[method];
  if (typeof original !== 'function') throw new TypeError(`${String(method)} is no method.`);
  const { arrive, ...stall } = createStall();
  const held = async (...values: Values<T, K>): Promise<unknown> => {
    if (matches(...values)) {
      port[method] = original;
      await arrive();
    }
    return Reflect.apply(original, port, values);
  };
  Object.assign(port, { [method]: held });
  return stall;
};
