import type { Log, LogFields } from '@synckeep/core';

export interface LogRecorder extends Log {
  /** Everything that was logged, as text. */
  text(): string;
  /** The messages of a level. */
  messages(level: 'debug' | 'info' | 'warn' | 'error'): readonly string[];
}

const printable = (_: string, value: unknown): unknown =>
  value instanceof Error ? `${value.stack} ${String(value.cause)}` : value;

/** A log that keeps its lines, so that a test can look for what must never be there. */
export const createLogRecorder = (): LogRecorder => {
  const lines: { readonly level: string; readonly text: string }[] = [];
  const record = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, text: `${message} ${JSON.stringify(fields, printable)}` });
  };
  return {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    text: () => lines.map(({ text }) => text).join('\n'),
    messages: (level) => lines.filter((line) => line.level === level).map(({ text }) => text),
  };
};
