import { isIP } from 'node:net';

/** A mail server. `tls`: from the first byte, asked for and needed, or off. */
export interface SmtpPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls' | 'off';
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const decode = (text: string): string | undefined => {
  try {
    return text === '' ? undefined : decodeURIComponent(text);
  } catch {
    // A lone per cent sign stands for itself.
    return text;
  }
};

/**
 * `smtp://user:password@mail.example.org:587` with STARTTLS, `smtps://…` with TLS from the first byte; `?tls=off`, and a
 * server of this machine, without TLS. undefined when it is none of them.
 */
export const parseSmtpUrl = (text: string): SmtpPlace | undefined => {
  if (!/^smtps?:\/\/./i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(text);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isImplicit = protocol === 'smtps:';
  const asked = searchParams.get('tls');
  const isKnown = [...searchParams.keys()].every((name) => name === 'tls') && (asked === null || asked === 'off');
  if (!isKnown || host === '' || pathname.length > 1 || (isImplicit && asked === 'off')) return undefined;
  const isClear = asked === 'off' || isLoopback(host);
  return {
    host,
    port: port === '' ? (isImplicit ? 465 : 587) : Number(port),
    tls: isImplicit ? 'implicit' : isClear ? 'off' : 'starttls',
    user: decode(username),
    password: decode(password),
  };
};
