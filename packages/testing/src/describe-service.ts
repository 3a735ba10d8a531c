import { describe } from 'vitest';

export interface ServiceSuite {
  /** How the service is named where it is required. */
  readonly service: string;
  /** What the environment says of it, as an address or a path; nothing when it is not there. */
  readonly found: string | undefined;
  /** What to do to have it; said when the suite is skipped. */
  readonly hint: string;
  /** Comma list of services that must be there: their suites fail where others are skipped. */
  readonly required: string | undefined;
}

/** A suite that needs a service which not every machine has. Without it the suite is skipped loudly, or fails. */
export const describeService = (
  title: string,
  { service, found, hint, required = '' }: ServiceSuite,
  suite: (found: string) => void,
): void => {
  if (found) {
    describe(title, () => suite(found));
    return;
  }
  const reason = `There is no ${service}: ${hint}`;
  if (required.split(',').some((name) => name.trim() === service)) throw new Error(reason);
  console.warn(`Skipped: ${title}. ${reason}`);
  describe.skip(`${title} (${reason})`, () => suite(''));
};
