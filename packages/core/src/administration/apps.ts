import { bytesToHex } from '@noble/hashes/utils.js';
import { digest, randomUuid } from '../digest.js';
import type { Clock, Notifier, Random, Records } from '../ports/index.js';
import { type App, appKind, appSchema, checkApp, isKeyAlive } from '../records/app.js';
import { createCollection, type Found } from '../records/collection.js';
import type { AppAdministration } from '../server.js';
import { type Audit, type AuditEntry, type AuditOrigin, createAudit, operator } from './audit.js';

const prefixLength = 10;

/** `sk_` and 256 random bits: a name to find it by when it leaks, and nothing to guess. */
const toApiKey = (random: Random): string => `sk_${bytesToHex(random.bytes(32))}`;

const toKey = (apiKey: string, generation: number): App['keys'][number] => ({
  digest: digest(apiKey),
  prefix: apiKey.slice(0, prefixLength),
  generation,
  validUntil: null,
});

/** P-90, P-91 */
export const createAppAdministration = (deps: {
  readonly records: Records;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly random: Random;
  /** Kept for a year by default. */
  readonly audit?: Audit | undefined;
  /** Whom the audit log names; the operator by default. */
  readonly origin?: AuditOrigin;
}): AppAdministration => {
  const { records, notifier, clock, random, audit = createAudit(deps), origin = operator } = deps;
  const apps = createCollection(records, clock, appKind);

  const toEntry = (action: string, appId: string, details: NonNullable<AuditEntry['details']> = {}) =>
    audit.entry({ ...origin, action, appId, subject: { kind: 'app', id: appId }, details });

  /** Writes what `change` makes of the app as it is; somebody else's write in between is seen and built upon. */
  const revise = async (
    appId: string,
    change: (app: App) => App,
    action: string,
    details: AuditEntry['details'],
  ): Promise<App | null> => {
    for (;;) {
      const found: Found<App> | null = await apps.get(appId);
      if (!found) return null;
      const app = appSchema.parse(change(found.value));
      checkApp(app);
      const put = apps.put(appId, app, { condition: found.version });
      const { done } = await records.transact([put, toEntry(action, appId, details)], clock.now());
      if (!done) continue;
      notifier.publish({ topic: 'access' });
      return app;
    }
  };

  const get = async (appId: string): Promise<App | null> => (await apps.get(appId))?.value ?? null;

  return {
    get,

    async create({ name }) {
      const apiKey = toApiKey(random);
      const app: App = {
        id: randomUuid(random),
        name,
        createdAt: clock.now(),
        keys: [toKey(apiKey, 1)],
        paused: false,
        origins: [],
        redirects: [],
        link: null,
        blobLimit: null,
        bytesLimit: null,
        dialect: 'standard',
        requireBase: false,
        compaction: null,
        collectBlobs: null,
        registration: 'closed',
      };
      const put = apps.put(app.id, app, { condition: 'absent' });
      const { done } = await records.transact([put, toEntry('app.create', app.id)], clock.now());
      if (!done) throw new Error('A random app id was taken.');
      return { app, apiKey };
    },

    async list({ after = null, limit = 100 } = {}) {
      const found = await apps.find('all', '', { after, limit });
      return found.map(({ value }) => value);
    },

    async findByKey(apiKey) {
      const wanted = digest(apiKey);
      const [found] = await apps.find('key', wanted, { after: null, limit: 1 });
      const key = found?.value.keys.find((candidate) => candidate.digest === wanted);
      if (!found || !key || !isKeyAlive(found.value, key.generation, clock.now())) return null;
      return { app: found.value, keyGeneration: key.generation };
    },

    async update(appId, patch) {
      const changed = Object.keys(patch);
      if (changed.length === 0) return get(appId);
      return revise(appId, (app) => ({ ...app, ...patch }), 'app.update', { changed: changed.join(', ') });
    },

    async rotateKey(appId, { overlapSeconds = 0 } = {}) {
      const apiKey = toApiKey(random);
      const now = clock.now();
      const validUntil = now + overlapSeconds * 1000;
      const change = (present: App): App => {
        const kept = present.keys
          .map((key) => ({ ...key, validUntil: Math.min(key.validUntil ?? validUntil, validUntil) }))
          .filter((key) => key.validUntil > now);
        const generation = Math.max(...present.keys.map((key) => key.generation)) + 1;
        return { ...present, keys: [toKey(apiKey, generation), ...kept] };
      };
      const app = await revise(appId, change, 'app.rotate_key', { overlap_seconds: overlapSeconds });
      return app && { app, apiKey };
    },

    by: (source) => createAppAdministration({ ...deps, audit, origin: source }),
  };
};
