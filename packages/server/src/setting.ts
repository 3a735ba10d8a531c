import { z } from 'zod';
import { Refusal } from './refusal.js';

/** Where a setting comes from, and what the help says of it. `schema` reads text; its message completes "PORT …". */
export interface Setting<T> {
  readonly variable: string;
  /** As commander writes it. null: a secret, which a command line would show to everybody on the machine. */
  readonly flag: string | null;
  readonly summary: string;
  readonly fallback: string | undefined;
  readonly schema: z.ZodType<T, string | undefined>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const setting = <T, F extends string | null>(
  variable: string,
  flag: F,
  summary: string,
  schema: z.ZodType<T, string | undefined>,
  fallback?: string,
): Setting<T> & { readonly flag: F } => ({ variable, flag, summary, schema, fallback });

/** Text as `parse` reads it; undefined is refused, with what it must be. */
export const text = <T>(parse: (value: string) => T | undefined, mustBe: string) =>
  z.string().transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `must be ${mustBe}` });
    return z.NEVER;
  });

export const oneOf = <T extends string>(...values: readonly T[]) =>
  text((value) => values.find((candidate) => candidate === value), values.join(' or '));

/** The name of a flag without its value. */
export const toFlagName = (flag: string): string => flag.replace(/ .*/, '');

/** How a person gives the setting: `PORT or --port`. */
export const toSource = ({ variable, flag }: Pick<Setting<unknown>, 'variable' | 'flag'>): string =>
  flag === null ? variable : `${variable} or ${toFlagName(flag)}`;

/** A flag wins over its variable, and an empty variable counts as absent. @throws Refusal that never repeats the value. */
export const readSetting = <T>(from: Setting<T>, flagged: string | undefined, environment: Environment): T => {
  const value = flagged ?? (environment[from.variable] || from.fallback);
  const parsed = from.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const source = flagged === undefined || from.flag === null ? from.variable : toFlagName(from.flag);
  throw new Refusal(`${source} ${parsed.error.issues[0]?.message ?? 'cannot be used'}.`);
};
