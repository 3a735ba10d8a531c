import type { AnswerOf, OperationName, Operations, RequestOf } from '@synckeep/protocol';

type Table = { readonly [N in OperationName]?: readonly [Operations[N]['method'], Operations[N]['path']] };

/**
 * Where the operations that the page calls stand. The compiler holds them against the table of the protocol, which itself
 * would bring its schemas into the page.
 */
export const routes = {
  adminSession: ['GET', '/admin/session'],
  signInAdministrator: ['POST', '/admin/session'],
  signOutAdministrator: ['DELETE', '/admin/session'],
  setUpAdministrator: ['POST', '/admin/setup'],
  listAdminTokens: ['GET', '/admin/tokens'],
  createAdminToken: ['POST', '/admin/tokens'],
  revokeAdminToken: ['DELETE', '/admin/tokens/{token_id}'],
  listAdministrators: ['GET', '/admin/administrators'],
  addAdministrator: ['POST', '/admin/administrators'],
  removeAdministrator: ['DELETE', '/admin/administrators/{administrator_id}'],
  listApps: ['GET', '/admin/apps'],
  createApp: ['POST', '/admin/apps'],
  getApp: ['GET', '/admin/apps/{app_id}'],
  updateApp: ['PATCH', '/admin/apps/{app_id}'],
  eraseApp: ['POST', '/admin/apps/{app_id}/erase'],
  rotateAppKey: ['POST', '/admin/apps/{app_id}/rotate-key'],
  linkApp: ['PUT', '/admin/apps/{app_id}/link'],
  unlinkApp: ['DELETE', '/admin/apps/{app_id}/link'],
  listAppUsers: ['GET', '/admin/apps/{app_id}/users'],
  listUsers: ['GET', '/admin/users'],
  createUser: ['POST', '/admin/users'],
  inviteUser: ['POST', '/admin/users/invitations'],
  getUser: ['GET', '/admin/users/{user_id}'],
  updateUser: ['PATCH', '/admin/users/{user_id}'],
  eraseUser: ['POST', '/admin/users/{user_id}/erase'],
  revokeUserTokens: ['POST', '/admin/users/{user_id}/revoke-tokens'],
  resetSecondFactor: ['POST', '/admin/users/{user_id}/reset-second-factor'],
  createResetLink: ['POST', '/admin/users/{user_id}/reset-password-link'],
  exportUser: ['GET', '/admin/users/{user_id}/export'],
  listUserApps: ['GET', '/admin/users/{user_id}/apps'],
  listUserDevices: ['GET', '/admin/devices'],
  removeUserDevice: ['DELETE', '/admin/apps/{app_id}/users/{user_id}/devices/{device_id}'],
  listItems: ['GET', '/admin/items'],
  putItem: ['PUT', '/admin/items/{item_id}'],
  deleteItem: ['DELETE', '/admin/items/{item_id}'],
  listTiers: ['GET', '/admin/tiers'],
  putTier: ['PUT', '/admin/tiers/{tier_id}'],
  deleteTier: ['DELETE', '/admin/tiers/{tier_id}'],
  listMemberships: ['GET', '/admin/memberships'],
  grantMembership: ['POST', '/admin/users/{user_id}/memberships'],
  changeMembership: ['PATCH', '/admin/users/{user_id}/memberships/{membership_id}'],
  listAudit: ['GET', '/admin/audit'],
  overview: ['GET', '/admin/overview'],
  listUsage: ['GET', '/admin/usage'],
  health: ['GET', '/admin/health'],
} as const satisfies Table;

export type RouteName = keyof typeof routes;

export type AnswerTo<N extends RouteName> = AnswerOf<N>;
export type RequestTo<N extends RouteName> = RequestOf<N>;
