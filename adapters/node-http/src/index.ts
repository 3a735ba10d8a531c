export { createNodeHandler, type NodeHandler, type NodeHandlerOptions } from './node-handler.js';
