/** The cookies of a request by name; the first one wins where a name comes twice. */
export const readCookies = (header: string | undefined): ReadonlyMap<string, string> => {
  const valueByName = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const mark = pair.indexOf('=');
    const name = pair.slice(0, mark).trim();
    if (mark > 0 && !valueByName.has(name)) valueByName.set(name, pair.slice(mark + 1).trim());
  }
  return valueByName;
};

export interface CookieOptions {
  /** Begins with a slash. */
  readonly path: string;
  /** Seconds; 0 removes the cookie. */
  readonly maxAge: number;
  /** Only over TLS. */
  readonly secure: boolean;
  /** `Lax` when left out: then it comes with links of other sites to us, and with nothing else of theirs. */
  readonly sameSite?: 'Lax' | 'Strict';
}

/** A `Set-Cookie` header: never for scripts, and not with what other sites post. `value` is of unreserved characters. */
export const toCookie = (
  name: string,
  value: string,
  { path, maxAge, secure, sameSite = 'Lax' }: CookieOptions,
): string =>
  `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
