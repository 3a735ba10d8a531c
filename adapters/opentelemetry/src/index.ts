export { createTracing, type TracingOptions } from './create-tracing.js';
