import { describeDerived, describeFuzz, describeScenarios, overHttp } from '@synckeep/testing';
import { listenFastify } from './stage.js';

const setup = { open: overHttp(listenFastify) };

describeScenarios('Fastify', setup);
describeDerived('Fastify', setup);
describeFuzz('Fastify', setup, { requests: 5000 });
