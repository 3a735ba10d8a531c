import type { Opened } from '../contracts/opened-storage.js';

export const describeModel = (_opened: Opened, _options: { runs: number; seed: number | undefined }): void => {};
