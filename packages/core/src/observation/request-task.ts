import { operations } from '@synckeep/protocol';
import { isPreflight } from '../access/origins.js';
import type { BlobRoute, Call, Task } from '../ports/index.js';
import { operationAt } from '../routing.js';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What a call is counted as. Paths and methods that are none of ours share one name, so that no caller makes new ones. */
export const toRequestTask = (call: Call, requestId: string, blobRoute: BlobRoute | undefined): Task => {
  const method = methods.has(call.method) ? call.method : '_OTHER';
  const base = { kind: 'request', method, requestId } as const;
  if (isPreflight(call)) return { ...base, operation: 'preflight', route: null };
  if (blobRoute) return { ...base, operation: 'blob', route: blobRoute.path };
  const operation = operationAt(call.method, call.path);
  return operation === null
    ? { ...base, operation: 'unknown', route: null }
    : { ...base, operation, route: operations[operation].path };
};
