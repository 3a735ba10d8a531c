import { defineConfig } from 'vite';
import { worksOffline } from './works-offline.js';

export default defineConfig({
  root: 'page',
  base: './',
  plugins: [worksOffline()],
  // The worker of the client loads Argon2 when it is needed, which only modules can.
  worker: { format: 'es' },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page takes pictures from files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
