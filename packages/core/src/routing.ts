import { type Operation, type OperationName, operationNames, operations, SyncError } from '@synckeep/protocol';

export interface Match {
  readonly name: OperationName;
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly segments: readonly string[];
  readonly methods: Map<string, OperationName>;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new SyncError('invalid_path', { cause });
  }
};

const patternsByPath = new Map<string, Pattern>();
for (const name of operationNames) {
  const { path, method } = operations[name];
  const pattern = patternsByPath.get(path) ?? { segments: path.split('/'), methods: new Map() };
  pattern.methods.set(method, name);
  patternsByPath.set(path, pattern);
}
const isParameter = (segment: string | undefined): boolean => segment?.startsWith('{') ?? false;

/** The first pattern that fits is taken, so one with a literal segment comes before one with a parameter there. */
const byLiterals = (a: Pattern, b: Pattern): number => {
  const at = a.segments.findIndex((segment, i) => isParameter(segment) !== isParameter(b.segments[i]));
  if (at < 0) return 0;
  return isParameter(a.segments[at]) ? 1 : -1;
};
const parameterPatterns = [...patternsByPath.values()]
  .filter(({ segments }) => segments.some(isParameter))
  .sort(byLiterals);

const paramsOf = (pattern: Pattern, segments: readonly string[]): Record<string, string> | null => {
  if (segments.length !== pattern.segments.length) return null;
  const params: Record<string, string> = {};
  for (const [i, expected] of pattern.segments.entries()) {
    const segment = segments[i] ?? '';
    if (isParameter(expected) && segment !== '') params[expected.slice(1, -1)] = decode(segment);
    else if (expected !== segment) return null;
  }
  return params;
};

const findPattern = (path: string): { pattern: Pattern; params: Record<string, string> } | null => {
  const exact = patternsByPath.get(path);
  if (exact) return { pattern: exact, params: {} };
  const segments = path.split('/');
  for (const pattern of parameterPatterns) {
    const params = paramsOf(pattern, segments);
    if (params) return { pattern, params };
  }
  return null;
};

/** The methods of a path, for `Allow` and preflights; empty when there is nothing at the path. */
export const methodsOf = (path: string): readonly string[] => [...(findPattern(path)?.pattern.methods.keys() ?? [])];

/**
 * The operation of a method and path.
 * @throws SyncError `invalid_path`, `not_found`; `method_not_allowed` (see `methodsOf` for its Allow).
 */
export const route = (method: string, path: string): Match => {
  if (path.includes('%')) decode(path);
  const found = findPattern(path);
  if (!found) throw new SyncError('not_found');
  const name = found.pattern.methods.get(method);
  if (name === undefined) throw new SyncError('method_not_allowed');
  return { name, operation: operations[name], params: found.params };
};

/** The operation of a method and path, for whoever only counts; null where `route` throws. */
export const operationAt = (method: string, path: string): OperationName | null => {
  try {
    return route(method, path).name;
  } catch (error) {
    if (error instanceof SyncError) return null;
    throw error;
  }
};

/** The first value of each name of a query. @throws SyncError `invalid_path` */
export const parseQuery = (query: string): Record<string, string> => {
  if (query.includes('%')) decode(query);
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) if (!Object.hasOwn(values, name)) values[name] = value;
  return values;
};
