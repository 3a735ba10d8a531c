import { describeDerived, describeScenarios } from '../src/scenarios/index.js';

describeScenarios('dispatch and memory');
describeDerived('dispatch and memory');
