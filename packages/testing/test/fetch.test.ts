import { createFetchHandler } from '@synckeep/core/fetch';
import { describeDerived, describeFuzz, describeScenarios, overFetch } from '../src/scenarios/index.js';

const setup = { open: overFetch(createFetchHandler) };

describeScenarios('the fetch form', setup);
describeDerived('the fetch form', setup);
describeFuzz('the fetch form', setup, { requests: 3000 });
