import { fileURLToPath } from 'node:url';

/** What a client does before it sends anything, as examples/tour/sealing.mjs does it. */
export interface Sealing {
  createKey(): Buffer;
  seal(key: Buffer, value: unknown): string;
  open(key: Buffer, text: string): unknown;
  sealBytes(key: Buffer, bytes: Buffer): Buffer;
  openBytes(key: Buffer, sealed: Buffer): Buffer;
  sha256(bytes: Buffer): string;
}

const path = fileURLToPath(new URL('../../../examples/tour/sealing.mjs', import.meta.url));

export const sealing: Sealing = await import(path);
