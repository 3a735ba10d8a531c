import { z } from 'zod';
import { type Operation, operations } from './operations.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema 2020-12 of one zod schema, as it is published and enforced. */
export const toJsonSchema = (schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
};

/** What a request of the operation must look like: body, path parameters and query, null where it has none. */
export const requestSchemas = (operation: Operation) => ({
  body: operation.request && toJsonSchema(operation.request),
  params: operation.params && toJsonSchema(operation.params),
  query: operation.query && toJsonSchema(operation.query),
});

/** The published JSON Schemas, by operation name. */
export const jsonSchemas = (): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(operations as Record<string, Operation>).flatMap(([name, operation]) =>
      operation.request ? [[name, toJsonSchema(operation.request)]] : [],
    ),
  );
