import {
  commonErrors,
  errorCatalogue,
  isErrorCode,
  ndjson,
  type Operation,
  type OperationName,
  openApiDocument,
  operations,
} from '@synckeep/protocol';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

/** An answer whose body was read. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(openApiDocument(), 'openapi');
const validators = new Map<string, ValidateFunction>();

const toToken = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

const validatorAt = (...parts: readonly string[]): ValidateFunction => {
  const pointer = encodeURI(`openapi#/${parts.map(toToken).join('/')}`);
  const known = validators.get(pointer);
  if (known) return known;
  const compiled = ajv.compile({ $ref: pointer });
  validators.set(pointer, compiled);
  return compiled;
};

const checkBody = (validate: ValidateFunction, text: string, what: string): void => {
  const isValid = validate(JSON.parse(text));
  expect(isValid, `${what}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`).toBe(true);
};

/** Checks what holds for an error of any operation and path (P-4). @returns its code */
export const checkError = ({ status, headers, text }: ReadAnswer): string => {
  expect(headers['content-type'], text).toMatch(/^application\/json/);
  expect(headers['cache-control'], text).toBe('no-store');
  checkBody(validatorAt('components', 'schemas', 'Error'), text, `an error of status ${status}`);
  const { code, error }: { code: string; error: string } = JSON.parse(text);
  if (!isErrorCode(code)) throw new Error(`${code} is not in the catalogue.`);
  const entry = errorCatalogue[code];
  // The status of a lapsed membership can be configured (P-81).
  expect(code === 'membership_required' ? [402, 403] : [entry.status]).toContain(status);
  expect(error).toBe(entry.message);
  if (status === 429 || status === 503) expect(headers['retry-after']).toMatch(/^[1-9][0-9]*$/);
  if (status === 405) expect(headers['allow']).toMatch(/^[A-Z]+(?:, [A-Z]+)*$/);
  return code;
};

/** Checks an answer against its row of the operations table, as OpenAPI publishes it. */
export const checkAnswer = (name: OperationName, answer: ReadAnswer): void => {
  const operation: Operation = operations[name];
  const { status, headers, text } = answer;
  const expected = operation.answers[status];
  if (expected === undefined) {
    const code = checkError(answer);
    const declared: readonly string[] = [...operation.errors, ...commonErrors(operation)];
    expect(declared, `${name} answered ${status} ${code}, which its row does not declare`).toContain(code);
    return;
  }
  expect(headers['cache-control']).toContain('no-store');
  const method = operation.method.toLowerCase();
  const at = ['paths', operation.path, method, 'responses', String(status), 'content'];
  if (expected === null) expect(text).toBe('');
  else if (operation.lines && headers['content-type'] === ndjson) {
    const validate = validatorAt(...at, ndjson, 'schema');
    for (const line of text.split('\n').slice(0, -1)) checkBody(validate, line, `a line of ${name}`);
    expect(text.at(-1), 'the last character of lines').toBe('\n');
  } else if (expected !== 'stream') {
    expect(headers['content-type']).toMatch(/^application\/json/);
    checkBody(validatorAt(...at, 'application/json', 'schema'), text, `${name} ${status}`);
  }
};
