const own: string | undefined = globalThis.navigator?.language;

/** The page is in English, so its numbers and dates are too: in the kind of English that the browser has. */
export const locale = own !== undefined && /^en\b/i.test(own) ? own : 'en-GB';
