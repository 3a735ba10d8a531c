import type { OperationName } from '@synckeep/protocol';
import { addAdministrator, listAdministrators, removeAdministrator } from './admin/administrators.js';
import { createApp, eraseApp, getApp, linkApp, listApps, rotateAppKey, unlinkApp, updateApp } from './admin/apps.js';
import { listAudit } from './admin/audit.js';
import { changeMembership, grantMembership, listMemberships, receiveWebhook } from './admin/memberships.js';
import { deleteItem, deleteTier, listItems, listTiers, putItem, putTier } from './admin/products.js';
import {
  appReleaseDownloads,
  deleteAppRelease,
  listAppReleases,
  publishAppRelease,
  withdrawAppRelease,
} from './admin/releases.js';
import { listAppUsers, listUserApps, listUserDevices, removeUserDevice } from './admin/scopes.js';
import { adminSession, setUpAdministrator, signInAdministrator, signOutAdministrator } from './admin/session.js';
import { createAdminToken, listAdminTokens, revokeAdminToken } from './admin/tokens.js';
import { health, listUsage, overview } from './admin/usage.js';
import {
  createResetLink,
  createUser,
  eraseUser,
  exportUser,
  getUser,
  inviteUser,
  listUsers,
  resetSecondFactor,
  revokeUserTokens,
  updateUser,
} from './admin/users.js';
import { confirmArtifact, createArtifact } from './artifacts.js';
import { confirmBlob, deleteBlob, downloadBlob } from './blobs.js';
import { deleteDevice, listDevices, registerDevice, renameDevice } from './devices.js';
import type { Handler } from './handler.js';
import { getKey, keyHistory, putKey } from './keys.js';
import { login } from './login.js';
import { pull } from './pull.js';
import { push } from './push.js';
import {
  createRelease,
  deleteRelease,
  listReleases,
  publishRelease,
  releaseDownloads,
  setSlug,
  updateRelease,
  withdrawRelease,
} from './releases.js';
import { renewToken } from './renew-token.js';
import { reset } from './reset.js';
import { abortRotation, beginRotation, completeRotation, rotationBatch, rotationEntries } from './rotation.js';
import { limits, status } from './status.js';
import { subscribe, subscribeTicket } from './subscribe.js';
import { appcast, checkUpdate, downloadArtifact, downloadNamedArtifact, electronFeed } from './updates.js';
import { uploadBlob } from './upload-blob.js';

/** The handler of every row of the table; a missing one does not compile. */
export const handlers: { readonly [N in OperationName]: Handler<N> } = {
  login,
  renewToken,
  registerDevice,
  listDevices,
  renameDevice,
  deleteDevice,
  push,
  pull,
  status,
  limits,
  putKey,
  getKey,
  keyHistory,
  beginRotation,
  rotationEntries,
  rotationBatch,
  completeRotation,
  abortRotation,
  reset,
  uploadBlob,
  confirmBlob,
  downloadBlob,
  deleteBlob,
  subscribe,
  subscribeTicket,
  setSlug,
  createRelease,
  listReleases,
  updateRelease,
  deleteRelease,
  publishRelease,
  withdrawRelease,
  releaseDownloads,
  createArtifact,
  confirmArtifact,
  electronFeed,
  appcast,
  downloadArtifact,
  downloadNamedArtifact,
  checkUpdate,
  listApps,
  createApp,
  getApp,
  updateApp,
  eraseApp,
  rotateAppKey,
  linkApp,
  unlinkApp,
  listAppUsers,
  listUserApps,
  listUserDevices,
  removeUserDevice,
  listUsers,
  createUser,
  inviteUser,
  getUser,
  updateUser,
  eraseUser,
  revokeUserTokens,
  resetSecondFactor,
  createResetLink,
  exportUser,
  listItems,
  putItem,
  deleteItem,
  listTiers,
  putTier,
  deleteTier,
  listMemberships,
  grantMembership,
  changeMembership,
  listAppReleases,
  publishAppRelease,
  withdrawAppRelease,
  deleteAppRelease,
  appReleaseDownloads,
  listAudit,
  overview,
  listUsage,
  health,
  adminSession,
  signInAdministrator,
  signOutAdministrator,
  setUpAdministrator,
  listAdminTokens,
  createAdminToken,
  revokeAdminToken,
  listAdministrators,
  addAdministrator,
  removeAdministrator,
  receiveWebhook,
};
