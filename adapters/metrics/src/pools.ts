import { Gauge, type Registry } from 'prom-client';

/** What a pool of connections says of itself; a `Pool` of `pg` does. */
export interface PoolState {
  /** Connections that are open. */
  readonly totalCount: number;
  /** Those of them that nobody uses. */
  readonly idleCount: number;
  /** Who waits for a connection. */
  readonly waitingCount: number;
}

/** Gauges of pools, read when somebody asks for them. */
export const createPools = (registry: Registry) => {
  const poolsByName = new Map<string, PoolState>();
  new Gauge({
    name: 'synckeep_pool_connections',
    help: 'Connections of a pool by what they do: busy or idle.',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, { totalCount, idleCount }] of poolsByName) {
        this.set({ pool, state: 'busy' }, totalCount - idleCount);
        this.set({ pool, state: 'idle' }, idleCount);
      }
    },
  });
  new Gauge({
    name: 'synckeep_pool_waiting',
    help: 'Statements that wait for a connection of a pool.',
    labelNames: ['pool'],
    registers: [registry],
    collect() {
      for (const [pool, { waitingCount }] of poolsByName) this.set({ pool }, waitingCount);
    },
  });
  return { add: (name: string, pool: PoolState): void => void poolsByName.set(name, pool) };
};
