import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Merge } from '../merge/merge.js';
import { ClientError } from './client-error.js';

/** A row names itself. The id is 1–255 characters, the same on every device, and never changes. */
export interface RowWithId {
  readonly id: string;
}

export interface TableOptions<Row extends RowWithId = RowWithId> {
  /** Any Standard Schema (zod, valibot, arktype …). Rows are checked, and stored as it gives them back, before they are encrypted. */
  readonly schema?: StandardSchemaV1<unknown, Row>;
  /** How two states of a row that were made side by side become one; the later one wins without it. */
  // biome-ignore lint/suspicious/noExplicitAny: only the program knows the rows of its tables.
  readonly merge?: Merge<any>;
}

export type Tables = Readonly<Record<string, TableOptions>>;

export const checkTables = (tables: Tables): void => {
  const names = Object.keys(tables);
  if (names.length === 0) throw new ClientError('invalid_option', 'tables must name at least one table.');
  for (const name of names) {
    if (!/^[A-Za-z0-9_]{1,100}$/.test(name)) {
      const message = `The table name "${name}" must be 1 to 100 letters, digits and underscores.`;
      throw new ClientError('invalid_option', message);
    }
  }
};

const controlCharacter = String.fromCharCode(0);

const checkId = (id: unknown): string => {
  const isText = typeof id === 'string' && id.length > 0 && [...id].length <= 255;
  if (!isText || id.includes(controlCharacter) || /\p{Surrogate}/u.test(id)) {
    throw new ClientError('invalid_row', 'The id of a row must be well-formed text of 1 to 255 characters.');
  }
  return id;
};

const toPath = (path: StandardSchemaV1.Issue['path']): readonly string[] =>
  (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));

/** @returns the row as JSON; @throws ClientError `invalid_row` */
export const toStoredValue = async (row: unknown, { schema }: TableOptions): Promise<{ id: string; value: string }> => {
  let checked = row;
  if (schema) {
    const result = await schema['~standard'].validate(row);
    if (result.issues) {
      const issues = result.issues.map(({ message, path }) => ({ message, path: toPath(path) }));
      const first = issues[0];
      const where = first && first.path.length > 0 ? ` at ${first.path.join('.')}` : '';
      throw new ClientError('invalid_row', `The row does not fit the schema of its table${where}: ${first?.message}`, {
        issues,
      });
    }
    checked = result.value;
  }
  const id = checkId(typeof checked === 'object' && checked !== null && 'id' in checked ? checked.id : undefined);
  return { id, value: JSON.stringify(checked) };
};
