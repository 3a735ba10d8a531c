import { type AnswerOf, type OperationName, operations, prefixes, type RequestOf } from '@synckeep/protocol';
import { Refusal } from '../refusal.js';
import type { PublishingPlace } from './settings.js';

type Params = Readonly<Record<string, string>>;
export type Release = AnswerOf<'publishRelease'>;

/** What the server says of its refusal, for the person who reads the log of a build. */
const toSentence = (status: number, text: string): string => {
  try {
    const { error, code, details } = JSON.parse(text);
    const more = details === undefined ? '' : ` ${JSON.stringify(details)}`;
    if (typeof error === 'string') return `${error} (${code})${more}`;
  } catch {
    // A proxy answers in words of its own.
  }
  return `The server answered ${status}.`;
};

/** Calls operations of the table for one app. Every refusal is a sentence. */
export const createPublishingClient = ({ url, token, appId }: PublishingPlace) => {
  const call = async <N extends OperationName>(
    name: N,
    params: Params = {},
    body?: RequestOf<N>,
  ): Promise<AnswerOf<N>> => {
    const { method, path } = operations[name];
    const all: Params = { app_id: appId, ...params };
    const filled = path.replace(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(all[param] ?? ''));
    const answer = await fetch(`${url}${prefixes[0]}${filled}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new Refusal(`The server ${url} does not answer. Correct SYNCKEEP_URL or --server.`, { cause });
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refusal(toSentence(answer.status, text));
    return JSON.parse(text === '' ? 'null' : text);
  };

  return {
    call,

    /** The release of a version. @throws Refusal when there is none */
    async find(version: string): Promise<Release> {
      const found = (await call('listReleases')).find((release) => release.version === version);
      if (!found) throw new Refusal(`There is no release ${version}. "synckeep release list" shows all of them.`);
      return found;
    },
  };
};

export type PublishingClient = ReturnType<typeof createPublishingClient>;
