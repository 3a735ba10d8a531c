import { type Attributes, type Span, SpanStatusCode, type TracerProvider, trace } from '@opentelemetry/api';
import type { Observer, Outcome, Task } from '@synckeep/core';

export interface TracingOptions {
  /** The provider that the host registered globally when left out. */
  readonly provider?: TracerProvider;
}

const nameOf = (task: Task): string => {
  switch (task.kind) {
    case 'request':
      return `synckeep.${task.operation}`;
    case 'storage':
      return `synckeep.storage ${task.port}.${task.method}`;
    case 'maintenance':
      return 'synckeep.maintenance';
  }
};

/** Names of the semantic conventions where there are some. */
const attributesOf = (task: Task): Attributes => {
  switch (task.kind) {
    case 'request':
      return {
        'http.request.method': task.method,
        ...(task.route !== null && { 'http.route': task.route }),
        'synckeep.operation': task.operation,
        'synckeep.request_id': task.requestId,
      };
    case 'storage':
      return { 'synckeep.storage.port': task.port, 'synckeep.storage.method': task.method };
    case 'maintenance':
      return {};
  }
};

/** A refusal is the caller's error, not this side's: only a fault fails the span. */
const end = (span: Span, { status, code, isFault, error }: Outcome): void => {
  if (status !== null) span.setAttribute('http.response.status_code', status);
  if (code !== null) span.setAttribute('synckeep.code', code);
  if (isFault) {
    span.setAttribute('error.type', code ?? 'internal');
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.recordException(error);
  }
  span.end();
};

/**
 * Spans of a server through the API of OpenTelemetry: one for each operation, and one below it for each call of an
 * observed storage. They are children of whatever span is active, such as that of the host's HTTP instrumentation.
 * Nothing happens while the host has no SDK.
 */
export const createTracing = ({ provider }: TracingOptions = {}): Observer => {
  const tracer = (provider ?? trace).getTracer('@synckeep/opentelemetry');
  return {
    note() {},
    follow(task, run) {
      tracer.startActiveSpan(nameOf(task), { attributes: attributesOf(task) }, (span) => {
        void run().then((outcome) => end(span, outcome));
      });
    },
  };
};
