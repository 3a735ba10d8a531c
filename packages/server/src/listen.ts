import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { codeOf, Refusal } from './refusal.js';

/** Which settings name the address, for sentences: `HOST or --host`. */
export interface AddressSources {
  readonly host: string;
  readonly port: string;
}

const sentenceOf = (error: unknown, host: string, port: number, sources: AddressSources): string | undefined => {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use. Stop the program that has it, or choose another port with ${sources.port}.`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Choose one above 1023 with ${sources.port}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Choose another one with ${sources.host}.`;
    default:
      return undefined;
  }
};

/** @param port 0 takes a free one. @returns the URL with the real port. @throws Refusal when the address cannot be used */
export const listen = (http: Server, host: string, port: number, sources: AddressSources): Promise<string> =>
  new Promise((resolve, reject) => {
    http.once('error', (error) => {
      const sentence = sentenceOf(error, host, port, sources);
      reject(sentence === undefined ? error : new Refusal(sentence, { cause: error }));
    });
    http.listen({ host, port }, () => {
      const address = http.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${isIPv6(host) ? `[${host}]` : host}:${taken}`);
    });
  });
