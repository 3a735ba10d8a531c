// Writes what the client knows of the operations table as plain data, because the schemas of the table would bring a
// library of half a megabyte into every web page.
import { operations, toJsonSchema } from '../packages/protocol/dist/index.js';

/** Whether a field is text, a number and so on; formats and bounds are the server's business. */
const toShape = (schema) => {
  if (schema.anyOf) return schema.anyOf.map(toShape);
  switch (schema.type) {
    case 'string':
      return 's';
    case 'number':
    case 'integer':
      return 'n';
    case 'boolean':
      return 'b';
    case 'null':
      return '0';
    case 'array':
      return { '[]': toShape(schema.items) };
    case 'object': {
      if (!schema.properties) return { '*': toShape(schema.additionalProperties) };
      const required = new Set(schema.required);
      return Object.fromEntries(
        Object.entries(schema.properties).map(([name, each]) => [
          required.has(name) ? name : `${name}?`,
          toShape(each),
        ]),
      );
    }
    default:
      if (schema.const === true || schema.const === false) return 'b';
      if (schema.const !== undefined || schema.enum) return 's';
      return 'a';
  }
};

const toAnswers = (answers) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      schema === null || schema === 'stream' ? schema : toShape(toJsonSchema(schema, 'output')),
    ]),
  );

/** Whose answers are text or lead elsewhere is for updaters; the rest of the access kinds is for administrators and others. */
const isForApps = ({ path, access, answers }) =>
  !path.startsWith('/admin/') &&
  ['public', 'token', 'token-or-ticket'].includes(access) &&
  Object.entries(answers).every(([status, schema]) => status < 300 && !/^[a-z]+\//.test(String(schema)));

export const routesModule = () => {
  const rows = Object.entries(operations)
    .filter(([, operation]) => isForApps(operation))
    .map(([name, { method, path, access, answers }]) => {
      const row = JSON.stringify({ method, path, access, answers: toAnswers(answers) });
      return `  ${name}: ${row},`;
    });
  return `// Generated from the operations table by \`npm run openapi\`.
import type { OperationName, Operations, TextType } from '@synckeep/protocol';
import type { Shape } from './shape.js';

/** What an app calls: the rest of the table is for administrators, publishers and updaters. */
export type ClientOperation = {
  [N in OperationName]: Operations[N]['path'] extends \`/admin/\${string}\`
    ? never
    : Operations[N]['access'] extends 'public' | 'token' | 'token-or-ticket'
      ? keyof Operations[N]['answers'] extends 302
        ? never
        : Operations[N]['answers'] extends { readonly 200: TextType }
          ? never
          : N
      : never;
}[OperationName];

/** The compiler proves that each row says what the table says. */
type Routes = {
  readonly [N in ClientOperation]: Pick<Operations[N], 'method' | 'path' | 'access'> & {
    readonly answers: Readonly<Record<number, Shape | 'stream' | null>>;
  };
};

export const routes: Routes = {
${rows.join('\n')}
};
`;
};
