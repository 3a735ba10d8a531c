type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const toList = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const propertiesOf = (schema: Schema): Readonly<Record<string, unknown>> =>
  isSchema(schema['properties']) ? schema['properties'] : {};

/** Some value that a simple schema takes. */
const sampleOf = (schema: Schema): unknown => {
  if ('const' in schema) return schema['const'];
  const [first] = toList(schema['anyOf']);
  if (first) return sampleOf(first);
  if (schema['type'] === 'object') {
    return Object.fromEntries(
      Object.entries(propertiesOf(schema)).map(([name, field]) => [name, isSchema(field) ? sampleOf(field) : null]),
    );
  }
  const samples: Readonly<Record<string, unknown>> = { string: 'x', integer: 1, number: 1, boolean: true, array: [] };
  return samples[String(schema['type'])] ?? null;
};

const anything: readonly unknown[] = [{ a: 1 }, 'x', 123, 0.5, null, [], ['x'], true, false];

/** Objects of each branch of a union that also have a field of another branch, of any type: unknown there, so free. */
const mergesOf = (branches: readonly Schema[]): readonly unknown[] =>
  branches.flatMap((branch) => {
    const own = propertiesOf(branch);
    const foreign = branches.flatMap((other) => Object.keys(propertiesOf(other))).filter((name) => !(name in own));
    const sample = sampleOf(branch);
    return foreign.flatMap((name) => anything.map((value) => ({ ...(isSchema(sample) ? sample : {}), [name]: value })));
  });

/**
 * For every union of objects in a schema, what lies at its place when its branches are mixed, as whole values of the
 * schema. `valid` is a value that the schema takes; the union must stand below what it has.
 */
export const unionMerges = (schema: unknown, valid: unknown): readonly unknown[] => {
  if (!isSchema(schema)) return [];
  const branches = toList(schema['anyOf']);
  const objects = branches.filter(({ type }) => type === 'object');
  if (objects.length > 1) return mergesOf(objects);
  const inBranches = branches.flatMap((branch) => unionMerges(branch, valid));
  const inFields = Object.entries(propertiesOf(schema)).flatMap(([name, field]) =>
    unionMerges(field, isSchema(valid) ? valid[name] : null).map((merged) => ({
      ...(isSchema(valid) ? valid : {}),
      [name]: merged,
    })),
  );
  const inItems = unionMerges(schema['items'], Array.isArray(valid) ? valid[0] : null).map((merged) => [merged]);
  return [...inBranches, ...inFields, ...inItems];
};
