import { describe } from 'vitest';
import { describeTopic } from './scenario.js';
import type { ScenarioSetup } from './setup.js';
import { adminApps } from './topics/admin-apps.js';
import { adminUsers } from './topics/admin-users.js';
import { administrators } from './topics/administrators.js';
import { apps } from './topics/apps.js';
import { blobParts } from './topics/blob-parts.js';
import { blobs } from './topics/blobs.js';
import { common } from './topics/common.js';
import { compactions } from './topics/compaction.js';
import { convergence } from './topics/convergence.js';
import { cursors } from './topics/cursors.js';
import { devices } from './topics/devices.js';
import { dialect } from './topics/dialect.js';
import { erase } from './topics/erase.js';
import { gate } from './topics/gate.js';
import { keys } from './topics/keys.js';
import { login } from './topics/login.js';
import { pages } from './topics/pages.js';
import { pull } from './topics/pull.js';
import { pullAsLines } from './topics/pull-lines.js';
import { push } from './topics/push.js';
import { pushReplay } from './topics/push-replay.js';
import { rateLimits } from './topics/rate-limits.js';
import { releases } from './topics/releases.js';
import { reset } from './topics/reset.js';
import { rotation } from './topics/rotation.js';
import { rotationAbort } from './topics/rotation-abort.js';
import { seedDocument } from './topics/seed-document.js';
import { slowBodies } from './topics/slow-bodies.js';
import { status } from './topics/status.js';
import { streams } from './topics/streams.js';
import { updateDownloads } from './topics/update-downloads.js';
import { updateSignatures } from './topics/update-signatures.js';
import { updates } from './topics/updates.js';
import { usage } from './topics/usage.js';

const topics = {
  'the API description': seedDocument,
  'common rules': common,
  'login and tokens': login,
  'slow bodies': slowBodies,
  devices,
  push,
  'batch ids, base and quota': pushReplay,
  pull,
  'pull as lines': pullAsLines,
  pages,
  convergence,
  cursors,
  compaction: compactions,
  'dialect rust-client': dialect,
  'status and limits': status,
  keys,
  rotation,
  'abort of a rotation': rotationAbort,
  reset,
  blobs,
  'blobs in parts': blobParts,
  streams,
  gate,
  apps,
  'apps by the admin API': adminApps,
  administrators,
  'users by the admin API': adminUsers,
  erase,
  'usage and health': usage,
  'rate limits': rateLimits,
  releases,
  updates,
  'downloads and feeds of updates': updateDownloads,
  'signatures of updates': updateSignatures,
};

/**
 * Every behaviour of docs/protocol.md as a test, each with a server of its own. A binding gives `open`, a storage
 * `storage`; what is left out runs in memory.
 */
export const describeScenarios = (name: string, setup: ScenarioSetup = {}): void => {
  describe(`protocol over ${name}`, () => {
    for (const [topic, scenarios] of Object.entries(topics)) describeTopic(topic, setup, scenarios);
  });
};

/** The part of it that administers users, for whoever keeps them. */
export const describeUserAdministration = (name: string, setup: ScenarioSetup): void => {
  describe(`protocol over ${name}`, () => describeTopic('users by the admin API', setup, adminUsers));
};

export { describeDerived } from './derived.js';
export { overFetch } from './fetch-transport.js';
export { describeFuzz, type FuzzOptions } from './fuzz.js';
export { type ListeningServer, overHttp } from './http-transport.js';
export { describeSameAnswers } from './same-answers.js';
export type { ScenarioBlobStore, ScenarioSetup, ScenarioStorage } from './setup.js';
export type { TestAccounts, TestAccountsOptions, TestUser } from './test-accounts.js';
export {
  type OpenTransport,
  openDispatch,
  readBytes,
  readText,
  type Transport,
  type WireAnswer,
  type WireRequest,
} from './transport.js';
