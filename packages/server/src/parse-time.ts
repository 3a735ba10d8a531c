/** Milliseconds since 1970 of a day or a moment in RFC 3339, such as `2030-01-31` or `2030-01-31T12:00:00Z`; else undefined. */
export const parseTime = (text: string): number | undefined => {
  const isTime =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?$/;
  const time = isTime.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};

/** For `optionValue`: what the text must be. */
export const timeForm = 'a day or a moment in RFC 3339, such as 2030-01-31 or 2030-01-31T12:00:00Z';
