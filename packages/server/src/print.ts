export interface OutputFlags {
  readonly json?: boolean;
}

/** Prints an answer on stdout: one line of JSON for scripts, or lines for a person. */
export const print = (flags: OutputFlags, answer: object, lines: readonly string[]): void => {
  const printed = flags.json ? [JSON.stringify(answer)] : lines;
  process.stdout.write(printed.map((line) => `${line}\n`).join(''));
};

/** Rows as lines with aligned columns. */
export const toColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

export const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
