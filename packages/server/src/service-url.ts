/** The text when it is a URL of PostgreSQL. */
export const parsePostgresUrl = (text: string): string | undefined => {
  if (!/^postgres(?:ql)?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  // What only Prisma understands would be passed over in silence, and the tables would be made elsewhere.
  return new URL(text).searchParams.has('schema') ? undefined : text;
};

/** The text when it is a URL of Redis. */
export const parseRedisUrl = (text: string): string | undefined =>
  /^rediss?:\/\/./i.test(text) && URL.canParse(text) ? text : undefined;

/** What of a URL may be shown: host, port and path, without the user, the password and the rest of the query. */
export const toPlace = (url: string): string => {
  const { host, pathname, searchParams } = new URL(url);
  // PostgreSQL names a socket there.
  const at = host || searchParams.get('host') || 'localhost';
  return `${at}${pathname === '/' ? '' : pathname}`;
};
