import type { AdminScope } from '@synckeep/protocol';
import { digest, randomHex, randomUuid } from '../digest.js';
import type { Clock, FindOptions, Random, Records } from '../ports/index.js';
import { adminTokenKind } from '../records/admin-token-kind.js';
import { createCollection } from '../records/collection.js';
import { type Audit, operator } from './audit.js';

export interface AdminToken {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  /** The first characters of its text. */
  readonly prefix: string;
  readonly scopes: readonly AdminScope[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Administration of admin tokens (P-160), by the operator alone. Every call is durable when it resolves. */
export interface AdminTokens {
  /** The text is answered here and never again. */
  create(token: Pick<AdminToken, 'name' | 'scopes'>): Promise<{ readonly token: AdminToken; readonly text: string }>;
  /** `after`: the digest with which the page before ended. */
  list(page: FindOptions): Promise<{ readonly tokens: readonly AdminToken[]; readonly next: string | null }>;
  /** Ends it at once. @returns false when there is none. */
  revoke(tokenId: string): Promise<boolean>;
}

const prefixLength = 10;

export const createAdminTokens = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}): AdminTokens => {
  const { records, clock, random, audit } = deps;
  const tokens = createCollection(records, clock, adminTokenKind);

  const toEntry = (verb: string, id: string, details = {}) =>
    audit.entry({
      ...operator,
      action: `admin_token.${verb}`,
      appId: null,
      subject: { kind: 'admin_token', id },
      details,
    });

  return {
    async create({ name, scopes }) {
      const text = `ska_${randomHex(random, 32)}`;
      const token = {
        id: randomUuid(random),
        name,
        prefix: text.slice(0, prefixLength),
        scopes: [...scopes],
        createdAt: clock.now(),
      };
      const put = tokens.put(digest(text), token, { condition: 'absent' });
      await records.transact([put, toEntry('create', token.id, { scopes: scopes.join(' ') })], clock.now());
      return { token, text };
    },
    async list(page) {
      const found = await tokens.find('all', '', page);
      return {
        tokens: found.map(({ value }) => value),
        next: found.length < page.limit ? null : (found.at(-1)?.key ?? null),
      };
    },
    async revoke(tokenId) {
      const [found] = await tokens.find('id', tokenId, { after: null, limit: 1 });
      if (!found) return false;
      const gone = tokens.delete(found.key, 'present');
      return (await records.transact([gone, toEntry('revoke', tokenId)], clock.now())).done;
    },
  };
};
