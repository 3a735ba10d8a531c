import type { SyncServer } from '@synckeep/core';

const unused = (): never => {
  throw new Error('A binding only dispatches.');
};

/** A server that is nothing but its dispatch: what a binding is tested with. */
export const createBareServer = (dispatch: SyncServer['dispatch']): SyncServer => ({
  dispatch,
  apps: { create: unused, list: unused, get: unused, findByKey: unused, update: unused, rotateKey: unused, by: unused },
  adminTokens: { create: unused, list: unused, revoke: unused, by: unused },
  publishingTokens: { create: unused, list: unused, revoke: unused },
  updateKeys: { get: unused, set: unused },
  eraseUser: unused,
  eraseApp: unused,
  renewEpochs: unused,
  maintain: unused,
  readiness: unused,
  compact: unused,
  planCompaction: unused,
  collectBlobs: unused,
  planBlobCollection: unused,
  endStreams() {},
  async close() {},
});
