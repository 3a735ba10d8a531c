import { createAdmins } from './access/admins.js';
import { createEntitled } from './access/entitled.js';
import { createErasureGuards } from './access/erasure-guard.js';
import { createGatekeeper } from './access/gatekeeper.js';
import { createOrigins } from './access/origins.js';
import { createPseudonyms } from './access/pseudonym.js';
import { createRateCounter } from './access/rate-limit.js';
import { createTickets } from './access/ticket.js';
import { createAdminTokens } from './administration/admin-tokens.js';
import { createAppAdministration } from './administration/apps.js';
import { createAudit } from './administration/audit.js';
import { createMaintenance } from './administration/maintenance.js';
import { createScopeAdministration } from './administration/scopes.js';
import { portableCompressors } from './compressed.js';
import { randomHex } from './digest.js';
import { createDispatch } from './dispatch.js';
import { portableHasher, silentLog, systemClock, systemRandom } from './environment.js';
import { createAttention } from './events/attention.js';
import { createChangeFeed } from './events/change-feed.js';
import { createPartChecks, toReadiness } from './observation/check-parts.js';
import { joinObservers } from './observation/observed.js';
import { createOverview } from './observation/overview.js';
import { parseOptions, type SyncServerOptions } from './options.js';
import type { News } from './ports/index.js';
import { createCatalog } from './releases/catalog.js';
import { createDownloadCounts } from './releases/download-counts.js';
import { createPublishers } from './releases/publishers.js';
import { createReleases } from './releases/releases.js';
import { createSlugs } from './releases/slugs.js';
import { createUpdateKeys } from './releases/update-keys.js';
import type { SyncServer } from './server.js';
import { createUsage } from './usage/usage.js';

/**
 * Puts the server together from the host's parts. It opens nothing: hand its `dispatch` to a binding.
 * @throws OptionsError when an option is missing, unknown or of the wrong kind; the message says what to write.
 */
export const createSyncServer = (given: SyncServerOptions): SyncServer => {
  const options = parseOptions(given);
  const { storage, blobStore, notifier, authenticator, login } = options;
  const { clock = systemClock, random = systemRandom, log = silentLog } = options;
  const { audit = createAudit({ clock, random }) } = options;
  const { records, changeLog } = storage;
  const observer = joinObservers(options.observer, log);

  const pseudonyms = createPseudonyms(records, clock, random);
  const gatekeeper = createGatekeeper(authenticator, records, pseudonyms, clock);
  const { memberships, users, entitlements = memberships, blobLimit = null, bytesLimit = null } = options;
  const entitled = createEntitled({ entitlements, blobLimit, bytesLimit }, clock);
  const origins = createOrigins(records, clock);
  const rates = createRateCounter(options.rateLimiter, options.rateLimits ?? {});

  const forget = (): void => {
    gatekeeper.forget();
    entitled.forget();
    origins.forget();
  };
  const attention = createAttention({
    notifier,
    clock,
    onNews: (news: News) => {
      if (news.topic === 'access' || news.topic === 'all') forget();
      feed.hear(news);
    },
    isNeeded: () => feed.size > 0 || gatekeeper.isWarm(),
    onLook: () => feed.look(),
    onSleep: forget,
  });
  const instance = randomHex(random, 6);
  const { health = {} } = options;
  const node = health.node ?? instance;
  const usage = createUsage({ storage, clock, log, entitled, node });
  const feed = createChangeFeed({ changeLog, gatekeeper, clock, log, observer, usage }, attention.wake);

  const apps = createAppAdministration({ records, notifier, clock, random, audit });
  const publishers = createPublishers({ records, clock, random, audit });
  const updateKeys = createUpdateKeys(records, clock, audit);
  const catalog = createCatalog(records, clock);
  const releasesDeps = { records, clock, audit, onChange: catalog.forget };
  const downloadCounts = createDownloadCounts({ records, clock, log });

  const { administrators = null, administratorLogin = null } = options;
  const adminTokens = createAdminTokens({ records, clock, random, audit });

  const environment = { clock, random, log, audit, memberships, users };
  const scopes = createScopeAdministration({ storage, blobStore, notifier, pseudonyms, ...environment });
  const maintenance = createMaintenance({ storage, blobStore, clock, log, observer, resumeErasing: scopes.resume });
  maintenance.schedule();
  const checkParts = createPartChecks({
    storage,
    blobStore,
    clock,
    log,
    explain: (fault) => health.explain?.(fault),
  });
  let requests = 0;
  const dispatch = createDispatch({
    storage,
    blobStore,
    notifier,
    login,
    memberships: memberships ?? null,
    users: users ?? null,
    apps,
    scopes,
    erasureGuard: createErasureGuards({ records, clock, random }),
    audit,
    gatekeeper,
    administrators,
    administratorLogin,
    adminTokens,
    admins: createAdmins(records, clock, administrators),
    entitled,
    feed,
    tickets: createTickets(records, clock, random),
    rateLimits: rates.inForce,
    publishers,
    slugs: createSlugs(releasesDeps),
    releases: createReleases(releasesDeps),
    updateKeys,
    catalog,
    downloadCounts,
    baseUrl: options.baseUrl ?? null,
    hasher: options.hasher ?? portableHasher,
    compressors: options.compressors ?? portableCompressors,
    membershipStatus: options.membershipStatus ?? 403,
    clock,
    random,
    log,
    observer,
    usage,
    overview: createOverview({ storage, clock, usage, feed, node, users: users ?? null }),
    checkParts,
    maintenance,
    health,
    node,
    startedAt: clock.now(),
    origins,
    rates,
    requestId: () => `${instance}-${(++requests).toString(36)}`,
    wake: attention.wake,
  });

  let isStopping = false;
  const endStreams = (): void => {
    isStopping = true;
    feed.endAll();
  };

  return {
    dispatch,
    apps,
    adminTokens,
    publishingTokens: publishers.tokens,
    updateKeys,
    eraseUser: scopes.eraseUser,
    eraseApp: scopes.eraseApp,
    renewEpochs: scopes.renewEpochs,
    maintain: maintenance.maintain,
    readiness: async () => toReadiness(await checkParts(), isStopping),
    endStreams,
    compact: maintenance.compact,
    planCompaction: maintenance.planCompaction,
    collectBlobs: maintenance.collectBlobs,
    planBlobCollection: maintenance.planBlobCollection,
    async close() {
      endStreams();
      attention.sleep();
      await scopes.stop();
      await maintenance.stop();
      await downloadCounts.stop();
      await usage.stop();
    },
  };
};
