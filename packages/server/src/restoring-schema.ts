/** The empty schema that stands beside `schema` while a restore into it is not done. PostgreSQL's names have 63 bytes. */
export const toRestoringSchema = (schema: string): string => `${schema.slice(0, 50)}_restoring`;
