import type {} from '@synckeep/core';
import type {} from '@synckeep/node-http';
import type {} from '@synckeep/protocol';
import type {} from 'fastify';
