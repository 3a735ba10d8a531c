import { Refusal } from './refusal.js';

const longest = 200;

/** @throws Refusal when it is no name for an app. */
export const toAppName = (text: string): string => {
  const name = text.trim();
  const { length } = [...name];
  if (length >= 1 && length <= longest && !/\p{Cc}|\p{Cs}/u.test(name)) return name;
  throw new Refusal(`The name of an app has 1 to ${longest} characters and no line breaks.`);
};
