import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const source = fileURLToPath(new URL('./page/service-worker.js', import.meta.url));

/** Writes the service worker last, with the names of all files that were built. */
export const worksOffline = (): Plugin => ({
  name: 'works-offline',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const files = ['./', ...Object.keys(bundle).filter((name) => name !== 'index.html')];
      const contents = Object.values(bundle).map((file) => (file.type === 'asset' ? file.source : file.code));
      const version = contents.reduce((hash, content) => hash.update(content), createHash('sha256')).digest('hex');
      const head = `const files = ${JSON.stringify(files)};\nconst version = '${version.slice(0, 16)}';\n`;
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: head + readFileSync(source, 'utf8') });
    },
  },
});
