import type { Observer } from '@synckeep/core';
import { version } from '@synckeep/protocol';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createPools, type PoolState } from './pools.js';
import { createTraffic } from './traffic.js';
import { createWork } from './work.js';

export interface MetricsOptions {
  /** Where the metrics are registered, so that they stand beside those of the host; a registry of their own when left out. */
  readonly registry?: Registry;
  /** Memory, CPU and event loop of the process too; true when left out. A host that collects them itself says false. */
  readonly processMetrics?: boolean;
}

export interface Metrics {
  /** To be given to `createSyncServer`, `observeStorage` and the notifier. */
  readonly observer: Observer;
  readonly registry: Registry;
  /** Shows what a pool of connections does, under this name. */
  addPool(name: string, pool: PoolState): void;
  /** All metrics of the registry as Prometheus reads them. */
  text(): Promise<string>;
  /** The `Content-Type` of `text`. */
  readonly contentType: string;
}

/** Counts and times of a server for Prometheus. No label names a user, an app, a device or an address. */
export const createMetrics = ({ registry = new Registry(), processMetrics = true }: MetricsOptions = {}): Metrics => {
  const noteTraffic = createTraffic(registry);
  const noteWork = createWork(registry);
  const pools = createPools(registry);
  new Gauge({
    name: 'synckeep_build_info',
    help: 'Always 1; the release of this process is in the label.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1);
  if (processMetrics) collectDefaultMetrics({ register: registry });

  return {
    observer: {
      note: noteTraffic,
      follow(task, run) {
        const begunAt = performance.now();
        void run().then((outcome) => noteWork(task, outcome, (performance.now() - begunAt) / 1000));
      },
    },
    registry,
    addPool: pools.add,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
