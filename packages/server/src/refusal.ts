/** Why the program does not do what it was told: one sentence for the person at the terminal, without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The code of an error of the operating system, such as `EACCES`; "" when it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
