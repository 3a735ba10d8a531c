import { Command } from 'commander';
import { baseUrl } from '../page-settings.js';
import type { OutputFlags } from '../print.js';
import { readSetting, setting, text } from '../setting.js';
import { addSettings } from '../setting-options.js';

const parseToken = (value: string): string | undefined =>
  /^skp_[0-9a-f]{32}_[0-9a-f]{64}$/.test(value) ? value : undefined;

const settings = {
  server: setting(
    'SYNCKEEP_URL',
    '--server <url>',
    'where the server is reached',
    baseUrl('https://sync.example.org'),
    'http://127.0.0.1:8787',
  ),
  token: setting(
    'SYNCKEEP_PUBLISHING_TOKEN',
    // A secret: a command line is read by everybody on the machine.
    null,
    'the publishing token of the app',
    text(parseToken, 'a publishing token, which "synckeep publisher create APP" makes'),
    // No token at all is told of in the same words.
    '',
  ),
};

/** Options that every command has which publishes. */
export interface PublishingFlags extends OutputFlags {
  readonly server?: string;
}

/** Which server, which app, and on whose behalf. */
export interface PublishingPlace {
  readonly url: string;
  readonly token: string;
  readonly appId: string;
}

/** A command that works over HTTP, from any machine: it opens nothing of the server's. */
export const publishingCommand = (name: string, summary: string): Command =>
  addSettings(new Command(name).description(summary).option('--json', 'print one line of JSON, for scripts'), settings);

/** The token names its app. @throws Refusal */
export const readPlace = (flags: PublishingFlags): PublishingPlace => {
  const token = readSetting(settings.token, undefined, process.env);
  const hex = token.slice(4, 36);
  const appId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { url: readSetting(settings.server, flags.server, process.env), token, appId };
};
