import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: `${import.meta.dirname}/page`,
  // The server says where the files stand: see create-dashboard.ts.
  base: './',
  // Nothing has to be built before.
  resolve: { conditions: ['@synckeep/source', ...defaultClientConditions] },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page takes pictures from files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is bundled is named with its licence beside it.
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    rolldownOptions: {
      onwarn(warning, warn) {
        // "use client" is for servers that draw React, which none does here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
