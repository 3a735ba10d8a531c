import type { Outcome, Task } from '@synckeep/core';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What took time: requests, calls of the storage, rounds of maintenance. */
export const createWork = (registry: Registry): ((task: Task, outcome: Outcome, seconds: number) => void) => {
  const registers = [registry];
  const requests = new Counter({
    name: 'synckeep_requests_total',
    help: 'Requests by operation, status, and code of the refusal, which is ok for none.',
    labelNames: ['operation', 'status', 'code'],
    registers,
  });
  const requestTime = new Histogram({
    name: 'synckeep_request_duration_seconds',
    help: 'Time from a request to its answer, or to the first byte of a stream.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const storageTime = new Histogram({
    name: 'synckeep_storage_duration_seconds',
    help: 'Time of a call of the storage, by port and method.',
    labelNames: ['port', 'method'],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 10],
    registers,
  });
  const storageErrors = new Counter({
    name: 'synckeep_storage_errors_total',
    help: 'Calls of the storage that failed or were refused, by port, method and code.',
    labelNames: ['port', 'method', 'code'],
    registers,
  });
  const maintenanceTime = new Histogram({
    name: 'synckeep_maintenance_duration_seconds',
    help: 'Time of a round of maintenance, by result: done or failed.',
    labelNames: ['result'],
    buckets: [0.1, 1, 10, 60, 600, 3600],
    registers,
  });
  const maintained = new Gauge({
    name: 'synckeep_maintenance_last_success_timestamp_seconds',
    help: 'When a round of maintenance last succeeded in this process, in seconds since 1970; 0 for never.',
    registers,
  });

  return (task, { status, code }, seconds) => {
    switch (task.kind) {
      case 'request':
        requests.inc({ operation: task.operation, status: String(status), code: code ?? 'ok' });
        requestTime.observe({ operation: task.operation }, seconds);
        break;
      case 'storage':
        storageTime.observe({ port: task.port, method: task.method }, seconds);
        if (code !== null) storageErrors.inc({ port: task.port, method: task.method, code });
        break;
      case 'maintenance':
        maintenanceTime.observe({ result: code === null ? 'done' : 'failed' }, seconds);
        if (code === null) maintained.set(Date.now() / 1000);
        break;
    }
  };
};
