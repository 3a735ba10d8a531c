import { describe, expect, test } from 'vitest';
import {
  commonErrors,
  errorCatalogue,
  errorCodes,
  isErrorCode,
  type Operation,
  operationNames,
  operations,
  rateLimits,
  toJsonSchema,
} from '../src/index.js';

const rows: readonly (readonly [string, Operation])[] = Object.entries(operations);
/** Codes that are answered where there is no operation: unknown paths and methods, and signed URLs of the disk store. */
const outside = new Set(['not_found', 'method_not_allowed', 'invalid_signature']);

describe('the operations table', () => {
  test('has each method of each path once', () => {
    const places = rows.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(places).size).toBe(places.length);
    expect(operationNames).toHaveLength(rows.length);
  });

  test('reaches no parameter of a path where another path stands literally [P-1]', () => {
    const literal = rows.filter(([, { path }]) => !path.includes('{'));
    for (const [name, { path, method }] of rows.filter(([, row]) => row.path.includes('{'))) {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      const shadowed = literal.filter(([, other]) => pattern.test(other.path) && other.method === method);
      expect(
        shadowed.map(([other]) => other),
        name,
      ).toEqual([]);
    }
  });

  test.each(rows)('%s declares what its path, body and answers need', (name, row) => {
    const parameters = [...row.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const schema = row.params && toJsonSchema(row.params);
    expect(Object.keys((schema?.['properties'] ?? {}) as object)).toEqual(parameters);
    expect(row.path).toMatch(/^(?:\/(?:[a-z][a-z.-]*|\{[a-z_]+\}))+$/);
    expect(row.bodyLimit > 0, 'a body limit exactly where there is a body').toBe(row.request !== null);
    if (row.method === 'GET' || row.method === 'DELETE') expect(row.request).toBeNull();
    expect(Object.keys(row.answers).length).toBeGreaterThan(0);
    for (const status of Object.keys(row.answers)) expect(status).toMatch(/^(?:20[0124]|302)$/);
    expect(Object.keys(rateLimits)).toContain(row.rateLimit);
    expect(row.summary.length, name).toBeGreaterThan(10);
    if (row.access === 'public' || row.access === 'publisher')
      expect([row.gate, row.freshLogin]).toEqual([null, false]);
    if (row.access !== 'public' && row.access !== 'signed') expect(['login', 'public']).not.toContain(row.rateLimit);
    if (row.cache !== null) expect([row.method, row.access]).toEqual(['GET', 'public']);
    expect(row.scope !== null, 'a scope exactly where there is an admin token').toBe(row.access === 'admin');
    if (row.access === 'admin') expect([row.gate, row.freshLogin, row.rateLimit]).toEqual([null, false, 'admin']);
  });

  test.each(rows)('%s names codes of the catalogue, each once', (_, row) => {
    const codes = [...row.errors, ...commonErrors(row)];
    expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
    expect(new Set(row.errors).size).toBe(row.errors.length);
    for (const code of Object.values(row.refusals ?? {})) expect(row.errors).toContain(code);
  });

  test('uses every code of the catalogue somewhere [P-4]', () => {
    const used = new Set(rows.flatMap(([, row]) => [...row.errors, ...commonErrors(row)]));
    expect(errorCodes.filter((code) => !used.has(code) && !outside.has(code))).toEqual([]);
    expect([...used].filter((code) => outside.has(code))).toEqual([]);
  });

  test('gives every code a status of refusals and a sentence of its own [P-4]', () => {
    const sentences = errorCodes.map((code) => errorCatalogue[code].message);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const code of errorCodes) {
      expect(errorCatalogue[code].status, code).toBeGreaterThanOrEqual(400);
      expect(errorCatalogue[code].message, code).toMatch(/^[A-Z].*\.$/);
    }
    for (const name of ['toString', '__proto__', 'constructor']) expect(isErrorCode(name)).toBe(false);
  });
});
