import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A block of code in a document of this repository. */
export interface Block {
  readonly document: string;
  readonly language: string;
  readonly text: string;
  /** The file that its first line says it is. */
  readonly file: string | null;
}

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');

const blocksOf = (document: string): Block[] =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({ document, language, text, file: /^\/\/ (\S+\.ts)$/m.exec(text)?.[1] ?? null }),
  );

export const blocks: readonly Block[] = documents.flatMap(blocksOf);

/** The text of a file that a document prints. @throws when it prints none of that name */
export const textOf = (document: string, file: string): string => {
  const block = blocks.find((each) => each.document === document && each.file === file);
  if (!block) throw new Error(`${document} has no block ${file}.`);
  return block.text;
};

/** Writes a file, with the folders on its way. @returns its path */
export const write = (path: string, text: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
