import { codeOf, Refusal } from './refusal.js';

/** A service that the program depends on, for sentences: nothing here is secret. */
export interface Backend {
  /** What it is: `PostgreSQL`. */
  readonly service: string;
  /** Where it is: `db.example.org:5432/synckeep`. */
  readonly place: string;
  /** What to correct: `SYNCKEEP_DATABASE_URL or --database`. */
  readonly source: string;
}

/** What an operator can do about an error of a service; undefined when it is none that is known. */
export type Explain = (error: Error, backend: Backend) => string | undefined;

/** An error with everything that caused it, outermost first. */
export const chainOf = (error: unknown): readonly Error[] => {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && !chain.includes(each); ) {
    chain.push(each);
    each = each instanceof AggregateError ? each.errors[0] : each.cause;
  }
  return chain;
};

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

const explainConnection: Explain = (error, { service, place, source }) => {
  const code = codeOf(error);
  switch (code) {
    case 'ENOENT':
      // Of a certificate; that of a socket is answered below.
      if ('syscall' in error && error.syscall === 'open')
        return `A file that ${source} names is not there: ${error.message}.`;
      return `Nothing accepts connections at ${place}. Start ${service} there, or correct ${source}.`;
    case 'ECONNREFUSED':
      return `Nothing accepts connections at ${place}. Start ${service} there, or correct ${source}.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${place} is not known. Correct ${source}.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${service} at ${place} does not answer. Check the network and its firewalls, or correct ${source}.`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `What listens at ${place} closes the connection. Let it be ${service}, with TLS or without as ${source} says.`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return `${service} at ${place} does not speak TLS. Switch it on there, or correct ${source}.`;
  }
  if (untrusted.test(code)) {
    return `The certificate of ${place} is not trusted (${code}). Name its authority with NODE_EXTRA_CA_CERTS.`;
  }
  return undefined;
};

/** A sentence for what went wrong with a service, if it is one that an operator can help. */
export const explain = (error: unknown, backend: Backend, own: Explain): string | undefined => {
  for (const each of chainOf(error)) {
    const sentence = own(each, backend) ?? explainConnection(each, backend);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
};

/** Does what must succeed before anything else can. @throws Refusal with a sentence, whatever goes wrong. */
export const reach = async <T>(work: () => Promise<T>, backend: Backend, own: Explain): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const last = chainOf(error).at(-1)?.message ?? String(error);
    const sentence = `${backend.service} at ${backend.place} cannot be used (${last}). Correct ${backend.source}.`;
    throw new Refusal(explain(error, backend, own) ?? sentence.replaceAll(/\s+/g, ' '), { cause: error });
  }
};
