import { optionValue } from '../option-value.js';

const parsePercent = (text: string): number | undefined =>
  /^[0-9]{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : undefined;

/** How many of the installations, as an option of a command. */
export const percent = optionValue(parsePercent, 'a number from 0 to 100');
