// Shapes of answers as the protocol prints them. Further fields are allowed, missing or mistyped ones are not.

const is = (wanted, test) => (value, path) => {
  if (!test(value)) throw new Error(`${path} should be ${wanted}, but is ${JSON.stringify(value)}.`);
};

export const text = is('text', (value) => typeof value === 'string');
export const someText = is('text that is not empty', (value) => typeof value === 'string' && value !== '');
export const whole = is('a whole number', (value) => Number.isSafeInteger(value) && value >= 0);
export const bool = is('true or false', (value) => typeof value === 'boolean');
export const uuid = is('a UUID', (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value));
export const time = is('an RFC 3339 time', (value) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value),
);
export const jwt = is('a JSON Web Token', (value) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value));
export const url = is('an http URL', (value) => /^https?:\/\//.test(value) && URL.canParse(value));
export const oneOf = (...values) => is(values.join(' or '), (value) => values.includes(value));
export const exactly = (wanted) =>
  is(JSON.stringify(wanted), (value) => JSON.stringify(value) === JSON.stringify(wanted));

export const list = (item) => (value, path) => {
  if (!Array.isArray(value)) throw new Error(`${path} should be a list, but is ${JSON.stringify(value)}.`);
  for (const [index, each] of value.entries()) item(each, `${path}[${index}]`);
};

export const object = (fields) => (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${path} should be an object, but is ${JSON.stringify(value)}.`);
  }
  for (const [name, check] of Object.entries(fields)) {
    if (!Object.hasOwn(value, name)) throw new Error(`${path} lacks the field ${name}.`);
    check(value[name], `${path}.${name}`);
  }
};

/** No body at all. */
export const nothing = is('empty', (value) => value === null);

export const error = (code) => object({ error: someText, code: exactly(code) });
