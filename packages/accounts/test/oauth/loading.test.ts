import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const statement = /^(?:import|export) (?!type )[^;]*?from '([^']+)';|^import '([^']+)';/gm;

/** Packages that are loaded with an entry: what types alone need is not, nor what is imported later. */
const loadedBy = (entry: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from, bare] of readFileSync(file, 'utf8').matchAll(statement)) {
      const specifier = from ?? bare ?? '';
      if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier.replace(/\.js$/, '.ts')));
      else packages.add(specifier);
    }
  };
  visit(resolve(source, entry));
  return packages;
};

describe('the entries of this package', () => {
  it.each(['index.ts', 'pages/index.ts'])('%s loads nothing of OAuth2', (entry) => {
    expect([...loadedBy(entry)]).toContain('@synckeep/core');
    expect([...loadedBy(entry)]).not.toContain('oidc-provider');
    expect([...loadedBy(entry)]).not.toContain('light-my-request');
  });

  it('oauth/index.ts loads the library only when an app asks', () => {
    expect([...loadedBy('oauth/index.ts')]).toContain('light-my-request');
    expect([...loadedBy('oauth/index.ts')]).not.toContain('oidc-provider');
    expect([...loadedBy('oauth/provider.ts')]).toContain('oidc-provider');
  });
});
