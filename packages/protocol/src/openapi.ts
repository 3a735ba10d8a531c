import { errorCatalogue } from './errors.js';
import { type JsonSchema, toJsonSchema } from './json-schema.js';
import { type Access, commonErrors, type Operation, operations } from './operations.js';
import { errorAnswer } from './schemas/index.js';
import { adminPrefix, ndjson, prefixes, version } from './version.js';

const statusTexts: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Begun; it goes on by itself',
  204: 'Done, nothing to say',
  302: 'It is at the address in Location',
  304: 'What If-None-Match names is still right',
};

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

const contentOf = (answer: Operation['answers'][number], lines: Operation['lines']): JsonSchema => {
  if (answer === undefined || answer === null) return {};
  if (typeof answer !== 'string') {
    const json = { 'application/json': { schema: toJsonSchema(answer, 'output') } };
    // The schema of one line.
    return { content: { ...json, ...(lines && { [ndjson]: { schema: toJsonSchema(lines, 'output') } }) } };
  }
  const type = answer === 'stream' ? 'text/event-stream' : answer;
  return { content: { [type]: { schema: { type: 'string' } } } };
};

const successes = (operation: Operation) =>
  Object.entries({ ...operation.answers, ...(operation.cache !== null && { 304: null }) }).map(([status, answer]) => [
    status,
    { description: statusTexts[Number(status)], ...contentOf(answer, operation.lines) },
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
  publisher: [{ publishingToken: [] }],
  admin: [{ admin: [] }, { administrator: [], ownPage: [] }],
  signed: [],
};

const adminServers = [...prefixes, adminPrefix].map((url) => ({ url }));

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
  const paths: Record<string, Record<string, JsonSchema | readonly JsonSchema[]>> = {};
  for (const [name, operation] of Object.entries(operations as Record<string, Operation>)) {
    paths[operation.path] = {
      ...(operation.path.startsWith('/admin/') && { servers: adminServers }),
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
        publishingToken: { type: 'http', scheme: 'bearer' },
        admin: { type: 'http', scheme: 'bearer' },
        administrator: { type: 'apiKey', in: 'cookie', name: '__Host-synckeep_admin' },
        ownPage: { type: 'apiKey', in: 'header', name: 'x-synckeep-admin' },
      },
      schemas: { Error: toJsonSchema(errorAnswer, 'output') },
    },
  };
};
