import { type Operation, type OperationName, operations, requestSchemas, SyncError } from '@synckeep/protocol';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

type Part = 'body' | 'params' | 'query';

// zod writes a pattern beside each format, so that the formats need not be known here (they cost four times as much).
const ajv = new Ajv2020({ validateFormats: false, strict: false });
const validators = new Map<OperationName, Partial<Record<Part, ValidateFunction>>>();

const compile = (name: OperationName): Partial<Record<Part, ValidateFunction>> => {
  const known = validators.get(name);
  if (known) return known;
  const compiled: Partial<Record<Part, ValidateFunction>> = {};
  for (const [part, schema] of Object.entries(requestSchemas(operations[name]))) {
    if (schema) compiled[part as Part] = ajv.compile(schema);
  }
  validators.set(name, compiled);
  return compiled;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Index and row of the list member that a pointer leads into, so that a client can set it aside (P-31). */
export const locate = (list: string, body: unknown, index: number): Record<string, unknown> => {
  const items = isObject(body) ? body[list] : undefined;
  const item: unknown = Array.isArray(items) ? items[index] : undefined;
  const named = (field: string) =>
    isObject(item) && typeof item[field] === 'string' && item[field].length <= 255 ? { [field]: item[field] } : {};
  return { index, ...named('table'), ...named('row_id') };
};

const toError = (name: OperationName, part: Part, body: unknown, failure: ErrorObject | undefined): SyncError => {
  const operation: Operation = operations[name];
  const pointer = failure?.instancePath ?? '';
  const own = operation.refusals?.[`${pointer} ${failure?.keyword}`];
  const [, list, index] = /^\/([a-z]+)\/([0-9]+)/.exec(pointer) ?? [];
  return new SyncError(own ?? 'invalid_request', {
    details: {
      in: part,
      pointer,
      problem: failure?.message ?? 'is invalid',
      ...(list !== undefined && index !== undefined && locate(list, body, Number(index))),
    },
  });
};

/** @throws SyncError `invalid_request`, or the code that the table names for the broken rule. */
export const validate = (name: OperationName, part: Part, value: unknown): void => {
  const check = compile(name)[part];
  if (check && !check(value)) throw toError(name, part, value, check.errors?.[0]);
};
