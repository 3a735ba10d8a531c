import { type Command, Option } from 'commander';
import { pageSettings } from './page-settings.js';
import { partSettings } from './part-settings.js';
import type { Setting } from './setting.js';

/** What the help shows of settings, without the type of their values. */
type Settings = Readonly<Record<string, Omit<Setting<unknown>, 'schema'>>>;

const toOptions = (settings: Settings): readonly Option[] =>
  Object.values(settings).flatMap(({ flag, variable, summary, fallback }) => {
    const preset = fallback === undefined ? '' : `, default ${fallback}`;
    return flag === null ? [] : new Option(flag, `${summary} (${variable}${preset})`);
  });

/** Gives a command an option for each setting that has a flag. The values come as text, under the names of the flags. */
export const addSettings = (command: Command, settings: Settings): Command => {
  for (const option of toOptions(settings)) command.addOption(option);
  return command;
};

/** The options that say where everything is kept and what people see of it, as every command has them. */
export const addPartSettings = (command: Command): Command => {
  for (const option of toOptions(partSettings)) command.addOption(option.helpGroup('Where everything is kept:'));
  for (const option of toOptions(pageSettings)) command.addOption(option.helpGroup('What people see of the server:'));
  return command;
};
