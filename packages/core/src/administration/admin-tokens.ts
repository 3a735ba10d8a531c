import type { AdminScope } from '@synckeep/protocol';
import { digest, randomHex, randomUuid } from '../digest.js';
import type { Clock, FindOptions, Random, Records } from '../ports/index.js';
import { adminTokenKind } from '../records/admin-token-kind.js';
import { createCollection } from '../records/collection.js';
import { type Audit, type AuditOrigin, operator } from './audit.js';

export interface AdminToken {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  /** The first characters of its text. */
  readonly prefix: string;
  readonly scopes: readonly AdminScope[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
}

export interface NewAdminToken extends Pick<AdminToken, 'name' | 'scopes'> {
  /** Seconds; null or left out: it never expires. */
  readonly lifetime?: number | null;
}

/** Administration of admin tokens (P-160, P-175). Every call is durable when it resolves. */
export interface AdminTokens {
  /** The text is answered here and never again. */
  create(token: NewAdminToken): Promise<{ readonly token: AdminToken; readonly text: string }>;
  /** `after`: the `next` of the page before. A page may hold fewer tokens than its limit and still have a next one. */
  list(page: FindOptions): Promise<{ readonly tokens: readonly AdminToken[]; readonly next: string | null }>;
  /** Ends it at once. @returns false when there is none. */
  revoke(tokenId: string): Promise<boolean>;
  /** The same, for somebody else whom the audit log then names. */
  by(origin: AuditOrigin): AdminTokens;
}

const prefixLength = 10;

export const createAdminTokens = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  /** Whom the audit log names; the operator by default. */
  readonly origin?: AuditOrigin;
}): AdminTokens => {
  const { records, clock, random, audit, origin = operator } = deps;
  const tokens = createCollection(records, clock, adminTokenKind);

  const toEntry = (verb: string, id: string, details = {}) =>
    audit.entry({
      ...origin,
      action: `admin_token.${verb}`,
      appId: null,
      subject: { kind: 'admin_token', id },
      details,
    });

  return {
    async create({ name, scopes, lifetime = null }) {
      const text = `ska_${randomHex(random, 32)}`;
      const createdAt = clock.now();
      const token = {
        id: randomUuid(random),
        name,
        prefix: text.slice(0, prefixLength),
        scopes: [...scopes],
        createdAt,
      };
      const expiresAt = lifetime === null ? null : createdAt + lifetime * 1000;
      const put = tokens.put(digest(text), token, { condition: 'absent', expiresAt });
      const details = { scopes: scopes.join(' '), ...(lifetime !== null && { lifetime }) };
      await records.transact([put, toEntry('create', token.id, details)], createdAt);
      return { token: { ...token, expiresAt }, text };
    },
    async list(page) {
      // Straight from the records: a page ends where it ends, also when some of it has expired.
      const found = await records.find(adminTokenKind.name, 'all', '', page);
      const isLiving = (expiresAt: number | null) => expiresAt === null || expiresAt > clock.now();
      return {
        tokens: found
          .filter(({ expiresAt }) => isLiving(expiresAt))
          .map(({ value, expiresAt }) => ({ ...adminTokenKind.schema.parse(value), expiresAt })),
        next: found.length < page.limit ? null : (found.at(-1)?.key ?? null),
      };
    },
    async revoke(tokenId) {
      const [found] = await tokens.find('id', tokenId, { after: null, limit: 1 });
      if (!found) return false;
      const gone = tokens.delete(found.key, 'present');
      return (await records.transact([gone, toEntry('revoke', tokenId)], clock.now())).done;
    },
    by: (source) => createAdminTokens({ ...deps, origin: source }),
  };
};
