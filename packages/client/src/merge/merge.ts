import { isTrusted, type Moment } from './hybrid-clock.js';

/** One side of a merge. `value` is null when that side deleted the row. */
export interface Side<Row> {
  readonly value: Row | null;
  readonly moment: Moment;
}

export interface MergeInput<Row> {
  /** The last state that both sides knew; null when there is none, or it is not known. */
  readonly base: Row | null;
  /** What was changed here and is not in the log yet. */
  readonly local: Side<Row>;
  /** What the log has. */
  readonly remote: Side<Row>;
  /** Whether the local side is the later one by the clocks; a clock that cannot be right loses. */
  readonly isLocalLater: boolean;
}

/**
 * Decides between two states of a row that were made side by side. It must be a pure function.
 * @returns the merged row, null to delete it
 */
export type Merge<Row> = (input: MergeInput<Row>) => Row | null;

/** Whether `local` was made later than `remote`, for a merge at the time `serverNow`. */
export const isLater = (local: Moment, remote: Moment, serverNow: number): boolean => {
  const isLocalTrusted = isTrusted(local, serverNow);
  const isRemoteTrusted = isTrusted(remote, serverNow);
  return isLocalTrusted === isRemoteTrusted ? local > remote : isLocalTrusted;
};

/** The later of the two states, whole. */
export const lastWriteWins = <Row>({ local, remote, isLocalLater }: MergeInput<Row>): Row | null =>
  isLocalLater ? local.value : remote.value;

const isEqual = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

const fieldsOf = (row: object): ReadonlyMap<string, unknown> => new Map(Object.entries(row));

/**
 * Field by field: one that only one side changed is taken from that side, one that both changed from the later side. Against a
 * deletion the later side wins whole.
 */
export const mergeFields = <Row extends object>(input: MergeInput<Row>): Row | null => {
  const { base, local, remote, isLocalLater } = input;
  if (local.value === null || remote.value === null) return lastWriteWins(input);
  const [later, earlier] = isLocalLater ? [local.value, remote.value] : [remote.value, local.value];
  const before = fieldsOf(base ?? {});
  const earlierFields = fieldsOf(earlier);
  const laterFields = fieldsOf(later);
  const merged = { ...later };
  for (const name of new Set([...before.keys(), ...earlierFields.keys(), ...laterFields.keys()])) {
    const isChangedByLater = !isEqual(laterFields.get(name), before.get(name));
    if (isChangedByLater) continue;
    if (earlierFields.has(name)) Object.assign(merged, { [name]: earlierFields.get(name) });
    else Reflect.deleteProperty(merged, name);
  }
  return merged;
};
