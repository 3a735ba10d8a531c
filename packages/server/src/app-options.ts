import { type AppPatch, isLoopback, isRegistrable, shellOrigins } from '@synckeep/core';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options of `app create` and `app update`, as commander gives them. */
export interface AppFlags {
  readonly redirect?: readonly string[];
  readonly origin?: readonly string[];
  readonly originPreset?: 'shells';
  readonly dialect?: 'standard' | 'rust-client';
  readonly requireBase?: boolean;
}

/** An origin as browsers send it: nothing else would ever match. */
const origin = /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;

/** A parser of commander for an option that may be said several times. */
export const collectOrigin = (value: string, before: readonly string[] = []): readonly string[] => {
  if (origin.test(value)) return [...before, value];
  throw new InvalidArgumentError(
    'It must be a scheme and a host in lower case, without a path or a slash at the end, such as https://notes.example.org.',
  );
};

/** A parser of commander for an option that may be said several times. */
const collectRedirect = (value: string, before: readonly string[] = []): readonly string[] => {
  if (isLoopback(value))
    throw new InvalidArgumentError('Loopback addresses are always allowed and need not be registered.');
  if (isRegistrable(value)) return [...before, value];
  throw new InvalidArgumentError(
    'It must be an https URL, or one of a scheme with a dot such as com.example.notes:/callback, without a fragment.',
  );
};

export const addAppOptions = (command: Command): Command =>
  command
    .option(
      '--redirect <url>',
      'where a browser may take the user back to, compared exactly; say it once for each',
      collectRedirect,
    )
    .option('--origin <url>', 'a web origin that may call this app; say it once for each', collectOrigin)
    .addOption(
      new Option(
        '--origin-preset <name>',
        'origins that belong together: the web views of Tauri, Capacitor and Ionic',
      ).choices(['shells']),
    )
    .addOption(
      new Option('--dialect <name>', 'how answers are written; rust-client: upper-case op, integer cursors').choices([
        'standard',
        'rust-client',
      ]),
    )
    .option('--require-base', 'refuse pushes that do not say which cursor they are based on');

/** What of an app the options change. */
export const toAppPatch = ({ redirect, origin: origins, originPreset, dialect, requireBase }: AppFlags): AppPatch => ({
  ...(redirect ? { redirects: [...new Set(redirect)] } : {}),
  ...(origins || originPreset
    ? { origins: [...new Set([...(origins ?? []), ...(originPreset === 'shells' ? shellOrigins : [])])] }
    : {}),
  ...(dialect ? { dialect } : {}),
  ...(requireBase === undefined ? {} : { requireBase }),
});
