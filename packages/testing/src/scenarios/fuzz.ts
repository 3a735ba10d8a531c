import { type OperationName, operationNames, operations, prefixes } from '@synckeep/protocol';
import { describe, expect, test } from 'vitest';
import { tokenFor } from './caller.js';
import { type Choice, createChoice } from './choice.js';
import { sampleParams, validInput } from './derived-inputs.js';
import { openFixture, toWireRequest } from './fixture.js';
import { mutateJson } from './mutations.js';
import type { ScenarioSetup } from './setup.js';
import { readText, type Transport, type WireRequest } from './transport.js';
import { checkAnswer, checkError } from './wire-check.js';

export interface FuzzOptions {
  /** How many requests must be refused until it is enough; 20,000 unless said. */
  readonly requests?: number;
  /** Printed, so that a failure can be played again. */
  readonly seed?: number;
}

const withBody = operationNames.filter((name) => operations[name].bodyLimit > 0);

const oddTexts = [
  '',
  ' ',
  '\t',
  'null',
  '-1',
  '0',
  '1e309',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '%00',
  'é',
  '😀',
];

const oddSegments = [
  '%',
  '%zz',
  '%c3%28',
  '%00',
  '%2e%2e',
  '..',
  '.',
  '%2f',
  '%252f',
  '%ff%fe',
  'a'.repeat(5000),
  '~!$&()*+,;=:@',
  '%F0%9F%98%80',
];

const toBroken = (choice: Choice, text: string): string | Uint8Array => {
  const at = choice.below(text.length + 1);
  return choice.run<string | Uint8Array>([
    () => text.slice(0, at),
    () =>
      `${text.slice(0, at)}${choice.of(['{', '}', '[', ']', ',', ':', '"', '\\', '\u0000', '\u0001', '\ufeff'])}${text.slice(at)}`,
    () => text + text,
    () => `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`,
    () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    () => choice.bytes(choice.below(200)),
    () => new TextEncoder().encode(text).map((byte, n) => (n === at ? byte ^ (1 << choice.below(8)) : byte)),
    () => choice.of(['NaN', 'undefined', "{'a':1}", '{a:1}', '// {}', '01', '1.', '"\\x41"', '\ufeff', 'true']),
    () => `"${'x'.repeat(choice.of([1, 70_000]))}`,
  ]);
};

const contentTypes = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'a/b/c',
  ';',
  'multipart/form-data',
  ',',
];

const oddHeaders = (choice: Choice): Record<string, string> => ({
  [choice.of([
    'authorization',
    'if-match',
    'if-none-match',
    'last-event-id',
    'origin',
    'range',
    'accept',
    'x-forwarded-for',
    'x-http-method-override',
    'cookie',
    'prefer',
  ])]: choice.of([
    '',
    ' ',
    '*',
    '"',
    'W/"x"',
    'Bearer',
    'Bearer  x y',
    'null',
    'bytes=0-',
    '"a","b"',
    'DELETE',
    'x'.repeat(4000),
    '\u00ff',
    '::1',
  ]),
});

/** One request, most of them wrong in one way; some are still right. */
const toRequest = (choice: Choice, name: OperationName, request: WireRequest): WireRequest => {
  const { path, body, headers = {} } = request;
  const text = typeof body === 'string' ? body : '{}';
  return choice.run<WireRequest>([
    () => ({ ...request, body: toBroken(choice, text) }),
    () => ({ ...request, body: JSON.stringify(mutateJson(choice, JSON.parse(text))) }),
    () => ({ ...request, body: JSON.stringify(mutateJson(choice, mutateJson(choice, JSON.parse(text)))) }),
    () => ({ ...request, body: JSON.stringify(mutateJson(choice, JSON.parse(text))) }),
    () => ({ ...request, headers: { ...headers, 'content-type': choice.of(contentTypes) } }),
    () => ({ ...request, headers: { ...headers, ...oddHeaders(choice) } }),
    () => ({ ...request, path: `${path}/${choice.of(oddSegments)}` }),
    () => ({ ...request, path: path.replace(/[^/]+$/, () => choice.of(oddSegments)) }),
    () => ({ ...request, path: `${choice.of(prefixes)}/${choice.of(oddSegments)}` }),
    () => ({
      ...request,
      query: `${choice.of(['cursor', 'ticket', 'device_id', 'app_id', '__proto__', ''])}=${choice.of([...oddSegments, ...oddTexts].map((part) => part.replace(/[^!-~]/gu, encodeURIComponent).replaceAll('#', '')))}`,
    }),
    () => ({ ...request, method: choice.of(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) }),
    () => (choice.below(40) > 0 ? request : { ...request, body: text.padEnd(operations[name].bodyLimit + 1) }),
  ]);
};

const answerWithin = async (
  transport: Transport,
  request: WireRequest,
): Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string }> => {
  const leave = new AbortController();
  const answer = await transport.send({ ...request, signal: leave.signal });
  const isStream = answer.headers['content-type']?.startsWith('text/event-stream') ?? false;
  const text = isStream ? '' : await readText(answer);
  if (isStream) leave.abort();
  return { status: answer.status, headers: answer.headers, text };
};

/** Seeded requests of every wrong shape: each must be refused with an error body, or be right after all; never a fault. */
export const describeFuzz = (name: string, setup: ScenarioSetup = {}, options: FuzzOptions = {}): void => {
  const { requests = 20_000, seed = 20_260_313 } = options;

  describe(`bad input over ${name}`, () => {
    test(`${requests} wrong requests are refused with a 4xx and an error body, those between them that are right served [P-4]`, {
      timeout: 300_000,
    }, async () => {
      const { fixture, close } = await openFixture(setup, {});
      const choice = createChoice(seed);
      const statuses = new Map<number, number>();
      let device = await fixture.device();
      let refused = 0;
      for (let n = 0; refused < requests; n++) {
        // Now and then a request is right, and removes or resets what the next ones need.
        if (n % 200 === 0) device = await fixture.device();
        const operation = choice.of(choice.below(4) > 0 ? withBody : operationNames);
        const valid = toWireRequest(operation, {
          params: sampleParams(device),
          ...validInput(device)[operation],
          token: tokenFor(operation, device),
          prefix: choice.of(prefixes),
        });
        const request = toRequest(choice, operation, valid);
        const what = `seed ${seed}, request ${n}: ${request.method} ${request.path.slice(0, 200)}?${request.query?.slice(0, 200)} ${String(request.body).slice(0, 300)}`;
        const answer = await answerWithin(fixture.transport, request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status >= 400) refused += 1;
        expect(answer.status, what).toBeGreaterThanOrEqual(200);
        expect(answer.status, what).toBeLessThan(500);
        const isUntouched = request.method === valid.method && request.path === valid.path;
        if (isUntouched) checkAnswer(operation, answer);
        else if (answer.status >= 400 && request.method !== 'HEAD') checkError(answer);
      }
      console.info(`seed ${seed}:`, Object.fromEntries([...statuses].sort(([a], [b]) => a - b)));
      const again = await fixture.device();
      expect((await again.write('still works')).accepted).toBe(1);
      await close();
    });
  });
};
