export type { RoutedRequest } from './node-call.js';
export { createNodeCompressors } from './node-compressors.js';
export { createNodeHandler, type NodeHandler, type NodeHandlerOptions } from './node-handler.js';
export { createNodeResponder, type NodeResponder } from './node-responder.js';
