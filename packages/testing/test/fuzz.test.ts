import { describeFuzz } from '../src/scenarios/index.js';

describeFuzz('dispatch and memory');
