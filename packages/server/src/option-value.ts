import { InvalidArgumentError } from 'commander';

/** A parser of commander out of one that answers undefined when the text is no good. */
export const optionValue =
  <T>(parse: (text: string) => T | undefined, mustBe: string) =>
  (text: string): T => {
    const value = parse(text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${mustBe}.`);
    return value;
  };
