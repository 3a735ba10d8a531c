export type { OpenedStorage } from './contracts/opened-storage.js';
export { describeStorage, type StorageContract } from './contracts/storage.js';
export { type FaultyStorage, type Stall, withFaults } from './faults.js';
export * from './scenarios/index.js';
export { createSeededRandom } from './seeded-random.js';
export { createVirtualClock, type VirtualClock } from './virtual-clock.js';
