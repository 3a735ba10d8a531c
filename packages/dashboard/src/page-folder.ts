import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the built page lies: beside the built package, also for a program that was bundled from the sources. */
export const pageFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@synckeep/dashboard')), 'page');
