import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** The same, compressed by the build; null where that saves nothing. */
  readonly gzip: Uint8Array | null;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The files of the page by their path below its folder, all in memory: they are few and small, and what was not read at
 * the start can never be asked for.
 */
export const readPageFiles = (folder: string): ReadonlyMap<string, PageFile> => {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  const files = new Map<string, PageFile>();
  for (const path of paths) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    files.set(relative(folder, path).split(sep).join('/'), {
      type,
      bytes: readFileSync(path),
      gzip: paths.includes(`${path}.gz`) ? readFileSync(`${path}.gz`) : null,
    });
  }
  return files;
};
