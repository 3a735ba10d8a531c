export { createMetrics, type Metrics, type MetricsOptions } from './create-metrics.js';
export type { PoolState } from './pools.js';
