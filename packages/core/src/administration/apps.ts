import { bytesToHex } from '@noble/hashes/utils.js';
import { digest, randomUuid } from '../digest.js';
import type { Clock, Notifier, Random, Records } from '../ports/index.js';
import { type App, appKind, appSchema, isKeyAlive } from '../records/app.js';
import { createCollection, type Found } from '../records/collection.js';
import type { AppAdministration } from '../server.js';

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
}): AppAdministration => {
  const { records, notifier, clock, random } = deps;
  const apps = createCollection(records, clock, appKind);

  /** Writes what `change` makes of the app as it is; somebody else's write in between is seen and built upon. */
  const revise = async (appId: string, change: (app: App) => App): Promise<App | null> => {
    for (;;) {
      const found: Found<App> | null = await apps.get(appId);
      if (!found) return null;
      const app = appSchema.parse(change(found.value));
      const { done } = await records.transact([apps.put(appId, app, { condition: found.version })], clock.now());
      if (!done) continue;
      notifier.publish({ topic: 'access' });
      return app;
    }
  };

  return {
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
        registration: 'closed',
      };
      const { done } = await records.transact([apps.put(app.id, app, { condition: 'absent' })], clock.now());
      if (!done) throw new Error('A random app id was taken.');
      return { app, apiKey };
    },

    async list({ after = null, limit = 100 } = {}) {
      const found = await apps.find('all', '', { after, limit });
      return found.map(({ value }) => value);
    },

    async get(appId) {
      return (await apps.get(appId))?.value ?? null;
    },

    async findByKey(apiKey) {
      const wanted = digest(apiKey);
      const [found] = await apps.find('key', wanted, { after: null, limit: 1 });
      const key = found?.value.keys.find((candidate) => candidate.digest === wanted);
      if (!found || !key || !isKeyAlive(found.value, key.generation, clock.now())) return null;
      return { app: found.value, keyGeneration: key.generation };
    },

    update: (appId, patch) => revise(appId, (app) => ({ ...app, ...patch })),

    async rotateKey(appId, { overlapSeconds = 0 } = {}) {
      const apiKey = toApiKey(random);
      const now = clock.now();
      const validUntil = now + overlapSeconds * 1000;
      const app = await revise(appId, (present) => {
        const kept = present.keys
          .map((key) => ({ ...key, validUntil: Math.min(key.validUntil ?? validUntil, validUntil) }))
          .filter((key) => key.validUntil > now);
        const generation = Math.max(...present.keys.map((key) => key.generation)) + 1;
        return { ...present, keys: [toKey(apiKey, generation), ...kept] };
      });
      return app && { app, apiKey };
    },
  };
};
