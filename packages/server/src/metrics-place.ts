import { isIPv6 } from 'node:net';
import { parsePort } from './port.js';

/** Where metrics are served. */
export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

const usual: MetricsPlace = { host: '127.0.0.1', port: 9464 };

/** `off` (null), `on` (the usual place on loopback), or an address with a port; undefined for anything else. */
export const parseMetricsPlace = (value: string): MetricsPlace | null | undefined => {
  if (value === 'off') return null;
  if (value === 'on') return usual;
  const [, bracketed, plain, digits = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s/:[\]]+)):([0-9]{1,5})$/.exec(value) ?? [];
  const host = bracketed ?? plain;
  const port = parsePort(digits);
  if (host === undefined || port === undefined || (bracketed !== undefined && !isIPv6(bracketed))) return undefined;
  return { host, port };
};
