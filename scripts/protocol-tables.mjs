// The tables at the end of docs/protocol.md, made from the operations table and the error catalogue.
import { errorCatalogue, operations } from '../packages/protocol/dist/index.js';

const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (text) => `\`${text}\``;

const accessNames = {
  public: 'public',
  token: 'token',
  'token-or-ticket': 'token or ticket',
  publisher: 'publishing token',
  admin: 'administrator or admin token',
  signed: 'signed body',
};
const repeatNames = { safe: 'yes', batch: 'with its `batch_id`', hash: 'with its `hash`', unsafe: 'no' };

const operationsTable = () =>
  table(
    ['Operation', 'What it does', 'Access', 'Gate', 'Bucket', 'Safe to repeat', 'Codes of its own'],
    Object.values(operations).map((operation) => [
      code(`${operation.method} ${operation.path}`),
      operation.summary,
      accessNames[operation.access] +
        (operation.freshLogin ? ', fresh login' : '') +
        (operation.scope ? `, ${code(operation.scope)}` : ''),
      operation.gate ?? '',
      code(operation.rateLimit),
      repeatNames[operation.repeat],
      operation.errors.map(code).join(' '),
    ]),
  );

const errorsTable = () =>
  table(
    ['Code', 'Status', 'Meaning', 'Client action'],
    Object.entries(errorCatalogue).map(([name, { status, message, action }]) => [
      code(name),
      status,
      message,
      code(action),
    ]),
  );

const sections = { operations: operationsTable, errors: errorsTable };

/** The text of docs/protocol.md with its generated sections renewed. */
export const renewTables = (text) =>
  Object.entries(sections).reduce((before, [name, make]) => {
    const start = `<!-- generated: ${name} -->\n`;
    const from = before.indexOf(start);
    const to = before.indexOf('<!-- /generated -->', from);
    if (from < 0 || to < 0) throw new Error(`docs/protocol.md has no section "${start.trim()}"`);
    return `${before.slice(0, from)}${start}\n${make()}\n\n${before.slice(to)}`;
  }, text);
