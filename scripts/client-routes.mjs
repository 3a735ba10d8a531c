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

export const routesModule = () => {
  const rows = Object.entries(operations).map(([name, { method, path, access, answers }]) => {
    const row = JSON.stringify({ method, path, access, answers: toAnswers(answers) });
    return `  ${name}: ${row},`;
  });
  return `// Generated from the operations table by \`npm run openapi\`.
import type { OperationName, Operations } from '@synckeep/protocol';
import type { Shape } from './shape.js';

/** The compiler proves that each row says what the table says. */
type Routes = {
  readonly [N in OperationName]: Pick<Operations[N], 'method' | 'path' | 'access'> & {
    readonly answers: Readonly<Record<number, Shape | 'stream' | null>>;
  };
};

export const routes: Routes = {
${rows.join('\n')}
};
`;
};
