import { errorCatalogue } from './errors.js';
import { type JsonSchema, toJsonSchema } from './json-schema.js';
import { type Access, commonErrors, type Operation, operations } from './operations.js';
import { errorAnswer } from './schemas/index.js';
import { ndjson, prefixes, version } from './version.js';

const statusTexts: Readonly<Record<number, string>> = { 200: 'Done', 201: 'Created', 204: 'Done, nothing to say' };

const parametersOf = (operation: Operation): readonly JsonSchema[] =>
  (['params', 'query'] as const).flatMap((part) => {
    const schema = operation[part];
    if (!schema) return [];
    const { properties = {}, required = [] } = toJsonSchema(schema) as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: part === 'params' ? 'path' : 'query',
      required: part === 'params' || required.includes(name),
      schema: property,
    }));
  });

const successes = (operation: Operation) =>
  Object.entries(operation.answers).map(([status, schema]) => [
    status,
    {
      description: statusTexts[Number(status)],
      ...(schema === 'stream' && { content: { 'text/event-stream': { schema: { type: 'string' } } } }),
      ...(schema !== null &&
        schema !== 'stream' && {
          content: {
            'application/json': { schema: toJsonSchema(schema, 'output') },
            // The schema of one line.
            ...(operation.lines && { [ndjson]: { schema: toJsonSchema(operation.lines, 'output') } }),
          },
        }),
    },
  ]);

const refusals = (operation: Operation) => {
  const codesByStatus = new Map<number, string[]>();
  for (const code of new Set([...operation.errors, ...commonErrors(operation)])) {
    const { status } = errorCatalogue[code];
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  return [...codesByStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]);
};

const securities: Readonly<Record<Access, readonly JsonSchema[]>> = {
  public: [],
  token: [{ token: [] }],
  'token-or-ticket': [{ token: [] }],
  admin: [{ admin: [] }],
  signed: [],
};

const toPathItem = (name: string, operation: Operation): JsonSchema => ({
  operationId: name,
  summary: operation.summary,
  'x-rate-limit': operation.rateLimit,
  'x-gate': operation.gate,
  'x-repeat': operation.repeat,
  ...(operation.scope && { 'x-scope': operation.scope }),
  security: securities[operation.access],
  parameters: parametersOf(operation),
  ...(operation.request && {
    requestBody: { required: true, content: { 'application/json': { schema: toJsonSchema(operation.request) } } },
  }),
  responses: Object.fromEntries([...successes(operation), ...refusals(operation)]),
});

/** The OpenAPI 3.1 document of the whole table. */
export const openApiDocument = (): JsonSchema => {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, operation] of Object.entries(operations as Record<string, Operation>)) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: toPathItem(name, operation),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Synckeep', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: prefixes.map((url) => ({ url })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        admin: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Error: toJsonSchema(errorAnswer, 'output') },
    },
  };
};
