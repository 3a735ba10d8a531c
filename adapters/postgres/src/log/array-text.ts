const needsEscape = /[\\"]/;
const special = /[\\"]/g;

const quote = (item: string): string =>
  `"${needsEscape.test(item) ? item.replace(special, (character) => `\\${character}`) : item}"`;

/**
 * An array of texts as PostgreSQL reads it. The driver's own way looks at each character of each item, and a push
 * carries megabytes.
 */
export const toArrayText = (items: readonly (string | null)[]): string =>
  `{${items.map((item) => (item === null ? 'NULL' : quote(item))).join(',')}}`;
