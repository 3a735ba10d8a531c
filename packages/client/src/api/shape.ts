/**
 * What an answer is made of: `s` text, `n` a number, `b` true or false, `0` null, `a` anything; a list is one of
 * its members; an object has the fields named (`name?` when it may be absent), `[]` makes it an array of
 * one shape and `*` a map to one shape.
 */
export type Shape = 's' | 'n' | 'b' | '0' | 'a' | readonly Shape[] | { readonly [name: string]: Shape };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isObject = (value: unknown, shape: { readonly [name: string]: Shape }): boolean => {
  const items = shape['[]'];
  if (items !== undefined) return Array.isArray(value) && value.every((item) => fitsShape(item, items));
  if (!isRecord(value)) return false;
  const values = shape['*'];
  if (values !== undefined) return Object.values(value).every((item) => fitsShape(item, values));
  return Object.entries(shape).every(([name, each]) => {
    if (!name.endsWith('?')) return fitsShape(value[name], each);
    const field = value[name.slice(0, -1)];
    return field === undefined || fitsShape(field, each);
  });
};

const isList = (shape: Shape): shape is readonly Shape[] => Array.isArray(shape);

/** Whether an answer can be used as what the table says that it is. */
export const fitsShape = (value: unknown, shape: Shape): boolean => {
  switch (shape) {
    case 's':
      return typeof value === 'string';
    case 'n':
      return typeof value === 'number';
    case 'b':
      return typeof value === 'boolean';
    case '0':
      return value === null;
    case 'a':
      return true;
    default:
      if (!isList(shape)) return isObject(value, shape);
      return shape.some((each) => fitsShape(value, each));
  }
};
