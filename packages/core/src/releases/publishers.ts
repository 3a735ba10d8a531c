import { SyncError } from '@synckeep/protocol';
import { type Audit, type AuditOrigin, operator } from '../administration/audit.js';
import { digest, randomHex, randomUuid } from '../digest.js';
import type { Clock, Random, RecordGuard, Records } from '../ports/index.js';
import { type App, appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { findAll } from './find-all.js';
import { publisherKind } from './small-kinds.js';

/** Who changes the releases of an app, as of now. */
export interface ReleaseEditor {
  readonly app: App;
  /** Whom the audit log names. */
  readonly actor: AuditOrigin['actor'];
  /** What must still hold when something is written: the app exists. */
  readonly guards: readonly RecordGuard[];
}

/** A publishing token stands for nobody but its app (P-140). */
export interface Publisher extends ReleaseEditor {
  readonly tokenId: string;
}

export interface PublishingToken {
  readonly id: string;
  readonly label: string;
  readonly createdAt: number;
  /** Milliseconds since 1970; null: until it is revoked. */
  readonly expiresAt: number | null;
}

/** Administration of publishing tokens. Every call is durable when it resolves, and known to every process at once. */
export interface PublishingTokens {
  /** The token is answered here and never again. null when there is no such app. */
  create(
    appId: string,
    options: { readonly label: string; readonly expiresAt?: number | null },
  ): Promise<(PublishingToken & { readonly token: string }) | null>;
  list(appId: string): Promise<readonly PublishingToken[]>;
  /** @returns false when the app has no such token. */
  revoke(appId: string, id: string): Promise<boolean>;
}

const pattern = /^skp_[0-9a-f]{32}_[0-9a-f]{64}$/;

/** `skp_`, the id of the app and 256 random bits: whoever has it needs to be told nothing else. */
const toToken = (appId: string, random: Random): string => `skp_${appId.replaceAll('-', '')}_${randomHex(random, 32)}`;

export const createPublishers = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}) => {
  const { records, clock, random, audit } = deps;
  const apps = createCollection(records, clock, appKind);
  const publishers = createCollection(records, clock, publisherKind);

  const toEntry = (verb: string, appId: string, id: string) =>
    audit.entry({ ...operator, action: `publisher.${verb}`, appId, subject: { kind: 'publisher', id } });

  const tokens: PublishingTokens = {
    async create(appId, { label, expiresAt = null }) {
      const token = toToken(appId, random);
      const value = { id: randomUuid(random), appId, label, createdAt: clock.now() };
      const put = publishers.put(digest(token), value, { condition: 'absent', expiresAt });
      const entry = toEntry('create', appId, value.id);
      const { done } = await records.transact([apps.check(appId, 'present'), put, entry], clock.now());
      return done ? { id: value.id, label, createdAt: value.createdAt, expiresAt, token } : null;
    },

    async list(appId) {
      const found = await findAll(publishers, 'app', appId);
      return found
        .map(({ value: { id, label, createdAt }, expiresAt }) => ({ id, label, createdAt, expiresAt }))
        .sort((a, b) => a.createdAt - b.createdAt);
    },

    async revoke(appId, id) {
      const found = await findAll(publishers, 'app', appId);
      const [revoked] = found.filter(({ value }) => value.id === id);
      if (!revoked) return false;
      const gone = publishers.delete(revoked.key, 'present');
      const entry = toEntry('revoke', appId, id);
      return (await records.transact([apps.check(appId, 'present'), gone, entry], clock.now())).done;
    },
  };

  return {
    tokens,

    /** @throws SyncError `invalid_token` */
    async admit(token: string): Promise<Publisher> {
      const found = pattern.test(token) ? await publishers.get(digest(token)) : null;
      const app = found && (await apps.get(found.value.appId));
      if (!app) throw new SyncError('invalid_token');
      const { id } = found.value;
      const actor = { kind: 'publisher', id } as const;
      return { tokenId: id, actor, app: app.value, guards: [apps.check(app.key, 'present')] };
    },
  };
};

export type Publishers = ReturnType<typeof createPublishers>;
