import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const marked = /\/\/ sync: begin\n([\s\S]*?)\/\/ sync: end/g;

/** How many lines an example needs for sync: those between its marks, without empty ones. */
export const countMarkedLines = (folder: string): number =>
  readdirSync(folder)
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(marked)])
    .flatMap(([, lines = '']) => lines.split('\n'))
    .filter((line) => line.trim() !== '').length;
