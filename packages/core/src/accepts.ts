/**
 * Whether a header such as `Accept` or `Accept-Encoding` names exactly this and does not rule it out by `q=0`. Wildcards do
 * not count: whoever sends them to everybody does not know of what is offered here.
 */
export const accepts = (header: string | undefined, name: string): boolean =>
  (header ?? '').split(',').some((item) => {
    const [named = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return named === name && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
