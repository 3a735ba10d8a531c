// Longer than other files on purpose: the whole protocol can be read in one place.
import type { z } from 'zod';
import type { ErrorCode } from './errors.js';
import { limits, type RateLimitName } from './limits.js';
import * as schemas from './schemas/index.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call: anybody, whoever has a token, or (streams) whoever has a token or a one-use ticket; whoever has an admin
 * token with the scope of the operation (P-160); whoever signs the body (P-166).
 */
export type Access = 'public' | 'token' | 'token-or-ticket' | 'admin' | 'signed';

/** What an admin token is good for (P-160). */
export const adminScopes = ['apps:read', 'apps:write', 'memberships:read', 'memberships:write', 'audit:read'] as const;
export type AdminScope = (typeof adminScopes)[number];

/** What an active membership opens (P-80): `read` for pulling, `write` for pushing, null when it is always open. */
export type Gate = 'read' | 'write' | null;

export interface Operation {
  readonly method: Method;
  /** Below the prefix; `{name}` is a parameter of one segment. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** Of the admin token; null for every other access. */
  readonly scope: AdminScope | null;
  readonly gate: Gate;
  readonly rateLimit: RateLimitName;
  /** Sending it twice has the effect of sending it once. `batch` and `hash`: when that field is the same. */
  readonly repeat: 'safe' | 'batch' | 'hash' | 'unsafe';
  /** Needs a token that is at most 5 minutes old (P-17). */
  readonly freshLogin: boolean;
  /** Bytes; 0 when the operation has no body. */
  readonly bodyLimit: number;
  readonly params: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly request: z.ZodType | null;
  /** By status; null for an answer without a body, `stream` for text/event-stream. */
  readonly answers: Readonly<Record<number, z.ZodType | 'stream' | null>>;
  /** A line of the NDJSON that it answers in place of JSON to whoever accepts it (P-49); null: always JSON. */
  readonly lines: z.ZodType | null;
  /** The codes of its own, beside those that every operation of its kind can answer. */
  readonly errors: readonly ErrorCode[];
  /** Schema refusals that have a code of their own: `<pointer> <keyword>` of the failed rule. */
  readonly refusals?: Readonly<Record<string, ErrorCode>>;
}

const defaults = {
  access: 'token',
  scope: null,
  gate: null,
  rateLimit: 'write',
  repeat: 'safe',
  freshLogin: false,
  bodyLimit: 0,
  params: null,
  query: null,
  request: null,
  lines: null,
  errors: [],
} as const;

const admin = { ...defaults, access: 'admin', rateLimit: 'admin' } as const;

/** The protocol: one row for each operation. Routes, validators, OpenAPI, client calls and tests are made from it. */
export const operations = {
  login: {
    ...defaults,
    method: 'POST',
    path: '/auth',
    summary: 'Log in with e-mail, password and API key',
    access: 'public',
    rateLimit: 'login',
    bodyLimit: limits.bytesPerBody,
    request: schemas.loginRequest,
    answers: { 200: schemas.loginAnswer },
    errors: [
      'invalid_credentials',
      'two_factor_required',
      'invalid_second_factor',
      'login_disabled',
      'app_paused',
      'origin_not_allowed',
    ],
  },
  renewToken: {
    ...defaults,
    method: 'POST',
    path: '/auth/renew',
    summary: 'Exchange a token in the second half of its life for a new one of the same session',
    repeat: 'unsafe',
    answers: { 200: schemas.loginAnswer },
    errors: ['login_disabled'],
  },
  registerDevice: {
    ...defaults,
    method: 'POST',
    path: '/devices',
    summary: 'Register a device, or find it again',
    bodyLimit: limits.bytesPerBody,
    request: schemas.registerDeviceRequest,
    answers: { 200: schemas.device, 201: schemas.device },
    errors: ['too_many_devices'],
  },
  listDevices: {
    ...defaults,
    method: 'GET',
    path: '/devices',
    summary: 'List the devices of this user and app',
    rateLimit: 'read',
    answers: { 200: schemas.device.array() },
  },
  renameDevice: {
    ...defaults,
    method: 'PATCH',
    path: '/devices/{device_id}',
    summary: 'Rename a device',
    bodyLimit: limits.bytesPerBody,
    params: schemas.deviceParams,
    request: schemas.renameDeviceRequest,
    answers: { 200: schemas.device },
    errors: ['device_not_found'],
  },
  deleteDevice: {
    ...defaults,
    method: 'DELETE',
    path: '/devices/{device_id}',
    summary: 'Remove a device and end its sessions; its history stays',
    params: schemas.deviceParams,
    answers: { 204: null },
    errors: ['device_not_found'],
  },
  push: {
    ...defaults,
    method: 'POST',
    path: '/push',
    summary: 'Append changes to the log',
    gate: 'write',
    rateLimit: 'transfer',
    repeat: 'batch',
    bodyLimit: limits.bytesPerPush,
    request: schemas.pushRequest,
    answers: { 200: schemas.pushAnswer },
    errors: [
      'unknown_device',
      'invalid_cursor',
      'cursor_expired',
      'row_changed',
      'stale_key_version',
      'base_required',
      'too_many_changes',
      'change_too_large',
      'quota_exceeded',
    ],
    refusals: { '/changes maxItems': 'too_many_changes' },
  },
  pull: {
    ...defaults,
    method: 'POST',
    path: '/pull',
    summary: 'Read what other devices wrote after a cursor',
    gate: 'read',
    rateLimit: 'read',
    bodyLimit: limits.bytesPerBody,
    request: schemas.pullRequest,
    answers: { 200: schemas.pullAnswer },
    lines: schemas.pullLine,
    errors: ['unknown_device', 'invalid_cursor', 'cursor_expired'],
  },
  status: {
    ...defaults,
    method: 'GET',
    path: '/status',
    summary: 'How far the log has got and how much is stored',
    rateLimit: 'read',
    answers: { 200: schemas.statusAnswer },
  },
  limits: {
    ...defaults,
    method: 'GET',
    path: '/limits',
    summary: 'Every limit of this server',
    access: 'public',
    rateLimit: 'public',
    answers: { 200: schemas.limitsAnswer },
  },
  putKey: {
    ...defaults,
    method: 'PUT',
    path: '/keys',
    summary: 'Store the encrypted master key',
    bodyLimit: limits.bytesPerBody,
    request: schemas.putKeyRequest,
    answers: { 200: schemas.keyVersionAnswer },
    errors: ['key_too_large', 'stale_key_version', 'rotation_in_progress', 'precondition_failed'],
  },
  getKey: {
    ...defaults,
    method: 'GET',
    path: '/keys',
    summary: 'Read the encrypted master key',
    rateLimit: 'read',
    answers: { 200: schemas.keyAnswer },
    errors: ['key_not_found'],
  },
  keyHistory: {
    ...defaults,
    method: 'GET',
    path: '/keys/history',
    summary: 'Read the envelopes replaced in the last 90 days',
    rateLimit: 'read',
    freshLogin: true,
    answers: { 200: schemas.keyHistoryAnswer },
  },
  beginRotation: {
    ...defaults,
    method: 'POST',
    path: '/keys/rotate/begin',
    summary: 'Begin a key rotation, or find the running one again',
    rateLimit: 'transfer',
    bodyLimit: limits.bytesPerBody,
    request: schemas.beginRotationRequest,
    answers: { 200: schemas.beginRotationAnswer },
    errors: ['key_not_found', 'key_too_large', 'stale_key_version', 'rotation_in_progress'],
  },
  rotationEntries: {
    ...defaults,
    method: 'POST',
    path: '/keys/rotate/entries',
    summary: 'Read the entries that are not yet under the new key',
    gate: 'read',
    rateLimit: 'transfer',
    bodyLimit: limits.bytesPerBody,
    request: schemas.rotationEntriesRequest,
    answers: { 200: schemas.rotationEntriesAnswer },
    errors: ['no_rotation', 'invalid_cursor', 'cursor_expired'],
  },
  rotationBatch: {
    ...defaults,
    method: 'POST',
    path: '/keys/rotate/batch',
    summary: 'Store entries re-encrypted under the new key',
    gate: 'write',
    rateLimit: 'transfer',
    bodyLimit: limits.bytesPerRotationBatch,
    request: schemas.rotationBatchRequest,
    answers: { 200: schemas.rotationBatchAnswer },
    errors: [
      'no_rotation',
      'stale_key_version',
      'unknown_entry',
      'too_many_changes',
      'change_too_large',
      'quota_exceeded',
    ],
    refusals: { '/entries maxItems': 'too_many_changes' },
  },
  completeRotation: {
    ...defaults,
    method: 'POST',
    path: '/keys/rotate/complete',
    summary: 'Make the new key the only one',
    rateLimit: 'transfer',
    repeat: 'unsafe',
    answers: { 200: schemas.completeRotationAnswer },
    errors: ['no_rotation', 'rotation_incomplete'],
  },
  abortRotation: {
    ...defaults,
    method: 'POST',
    path: '/keys/rotate/abort',
    summary: 'Put the old ciphertext back and end the rotation',
    rateLimit: 'transfer',
    repeat: 'unsafe',
    answers: { 200: schemas.keyVersionAnswer },
    errors: ['no_rotation'],
  },
  reset: {
    ...defaults,
    method: 'POST',
    path: '/reset',
    summary: 'Drop the log, the keys and the blobs of this user in this app',
    repeat: 'unsafe',
    bodyLimit: limits.bytesPerBody,
    request: schemas.resetRequest,
    answers: { 200: schemas.resetAnswer },
    errors: ['confirmation_required', 'fresh_login_required', 'invalid_credentials'],
  },
  uploadBlob: {
    ...defaults,
    method: 'POST',
    path: '/blobs/upload',
    summary: 'Reserve room for a blob and get its upload URL',
    gate: 'write',
    rateLimit: 'transfer',
    repeat: 'hash',
    bodyLimit: limits.bytesPerBody,
    request: schemas.uploadBlobRequest,
    answers: { 200: schemas.uploadBlobAnswer },
    errors: ['unknown_device', 'blob_too_large', 'quota_exceeded'],
  },
  confirmBlob: {
    ...defaults,
    method: 'POST',
    path: '/blobs/confirm',
    summary: 'Verify an upload and keep it',
    gate: 'write',
    rateLimit: 'transfer',
    repeat: 'hash',
    bodyLimit: limits.bytesPerBody,
    request: schemas.confirmBlobRequest,
    answers: { 200: schemas.confirmBlobAnswer },
    errors: ['blob_not_uploaded', 'blob_mismatch', 'quota_exceeded'],
  },
  downloadBlob: {
    ...defaults,
    method: 'POST',
    path: '/blobs/download',
    summary: 'Get the download URL of a blob',
    rateLimit: 'transfer',
    bodyLimit: limits.bytesPerBody,
    request: schemas.downloadBlobRequest,
    answers: { 200: schemas.downloadBlobAnswer },
    errors: ['blob_not_found'],
  },
  deleteBlob: {
    ...defaults,
    method: 'DELETE',
    path: '/blobs/{hash}',
    summary: 'Remove a blob',
    rateLimit: 'transfer',
    params: schemas.blobParams,
    answers: { 204: null },
    errors: ['blob_not_found'],
  },
  subscribe: {
    ...defaults,
    method: 'GET',
    path: '/subscribe',
    summary: 'Hear of news as server-sent events',
    access: 'token-or-ticket',
    rateLimit: 'read',
    query: schemas.subscribeQuery,
    answers: { 200: 'stream' },
    errors: ['app_mismatch', 'invalid_ticket', 'invalid_cursor', 'unknown_device'],
  },
  subscribeTicket: {
    ...defaults,
    method: 'POST',
    path: '/subscribe/ticket',
    summary: 'Get a one-use ticket for EventSource',
    repeat: 'unsafe',
    answers: { 200: schemas.ticketAnswer },
  },
  listApps: {
    ...admin,
    method: 'GET',
    path: '/admin/apps',
    summary: 'List the apps',
    scope: 'apps:read',
    query: schemas.adminPageQuery,
    answers: { 200: schemas.adminApps },
  },
  linkApp: {
    ...admin,
    method: 'PUT',
    path: '/admin/apps/{app_id}/link',
    summary: 'Link an app to an item or tier, so that syncing needs what people have bought',
    scope: 'apps:write',
    bodyLimit: limits.bytesPerBody,
    params: schemas.appParams,
    request: schemas.linkAppRequest,
    answers: { 200: schemas.linkAppAnswer },
    errors: ['app_not_found'],
  },
  unlinkApp: {
    ...admin,
    method: 'DELETE',
    path: '/admin/apps/{app_id}/link',
    summary: 'Open an app to everybody',
    scope: 'apps:write',
    params: schemas.appParams,
    answers: { 204: null },
    errors: ['app_not_found'],
  },
  listItems: {
    ...admin,
    method: 'GET',
    path: '/admin/items',
    summary: 'List the items',
    scope: 'memberships:read',
    query: schemas.adminPageQuery,
    answers: { 200: schemas.adminItems },
    errors: ['memberships_disabled'],
  },
  putItem: {
    ...admin,
    method: 'PUT',
    path: '/admin/items/{item_id}',
    summary: 'Make or replace an item',
    scope: 'memberships:write',
    bodyLimit: limits.bytesPerBody,
    params: schemas.itemParams,
    request: schemas.putItemRequest,
    answers: { 200: schemas.itemAnswer },
    errors: ['memberships_disabled'],
  },
  deleteItem: {
    ...admin,
    method: 'DELETE',
    path: '/admin/items/{item_id}',
    summary: 'Remove an item',
    scope: 'memberships:write',
    params: schemas.itemParams,
    answers: { 204: null },
    errors: ['memberships_disabled', 'product_not_found'],
  },
  listTiers: {
    ...admin,
    method: 'GET',
    path: '/admin/tiers',
    summary: 'List the tiers',
    scope: 'memberships:read',
    query: schemas.adminPageQuery,
    answers: { 200: schemas.adminTiers },
    errors: ['memberships_disabled'],
  },
  putTier: {
    ...admin,
    method: 'PUT',
    path: '/admin/tiers/{tier_id}',
    summary: 'Make or replace a tier',
    scope: 'memberships:write',
    bodyLimit: limits.bytesPerBody,
    params: schemas.tierParams,
    request: schemas.putTierRequest,
    answers: { 200: schemas.tierAnswer },
    errors: ['memberships_disabled', 'unknown_product'],
  },
  deleteTier: {
    ...admin,
    method: 'DELETE',
    path: '/admin/tiers/{tier_id}',
    summary: 'Remove a tier',
    scope: 'memberships:write',
    params: schemas.tierParams,
    answers: { 204: null },
    errors: ['memberships_disabled', 'product_not_found'],
  },
  listMemberships: {
    ...admin,
    method: 'GET',
    path: '/admin/memberships',
    summary: 'List purchases and memberships',
    scope: 'memberships:read',
    query: schemas.membershipsQuery,
    answers: { 200: schemas.adminMemberships },
    errors: ['memberships_disabled'],
  },
  grantMembership: {
    ...admin,
    method: 'POST',
    path: '/admin/users/{user_id}/memberships',
    summary: 'Give a user an item or a tier',
    scope: 'memberships:write',
    repeat: 'unsafe',
    bodyLimit: limits.bytesPerBody,
    params: schemas.userParams,
    request: schemas.grantMembershipRequest,
    answers: { 201: schemas.membershipAnswer },
    errors: ['memberships_disabled', 'unknown_product', 'user_not_found', 'too_many_memberships'],
  },
  changeMembership: {
    ...admin,
    method: 'PATCH',
    path: '/admin/users/{user_id}/memberships/{membership_id}',
    summary: 'Renew, shorten or end a purchase or membership',
    scope: 'memberships:write',
    bodyLimit: limits.bytesPerBody,
    params: schemas.membershipParams,
    request: schemas.changeMembershipRequest,
    answers: { 200: schemas.membershipAnswer },
    errors: ['memberships_disabled', 'user_not_found', 'membership_not_found'],
  },
  listAudit: {
    ...admin,
    method: 'GET',
    path: '/admin/audit',
    summary: 'Read the audit log, the newest row first',
    scope: 'audit:read',
    query: schemas.auditQuery,
    answers: { 200: schemas.auditAnswer },
  },
  receiveWebhook: {
    ...defaults,
    method: 'POST',
    path: '/webhooks/{provider}',
    summary: 'Take what a payment provider tells',
    access: 'signed',
    rateLimit: 'public',
    bodyLimit: limits.bytesPerWebhook,
    params: schemas.webhookParams,
    request: schemas.webhookRequest,
    answers: { 200: schemas.webhookAnswer },
    errors: ['memberships_disabled', 'webhook_not_found', 'invalid_webhook', 'unknown_product', 'too_many_memberships'],
  },
} as const satisfies Record<string, Operation>;

export type Operations = typeof operations;
export type OperationName = keyof Operations;

export const operationNames = Object.keys(operations) as readonly OperationName[];

type Output<S> = S extends z.ZodType ? z.output<S> : Record<string, never>;
export type RequestOf<N extends OperationName> = Output<Operations[N]['request']>;
export type ParamsOf<N extends OperationName> = Output<Operations[N]['params']>;
export type QueryOf<N extends OperationName> = Output<Operations[N]['query']>;
type Bodies<A> = { [S in keyof A]: A[S] extends z.ZodType ? z.output<A[S]> : null }[keyof A];
export type AnswerOf<N extends OperationName> = Bodies<Operations[N]['answers']>;

const errorsOfTokens = ['missing_token', 'invalid_token', 'app_paused', 'origin_not_allowed'] as const;
const errorsByAccess: Readonly<Record<Access, readonly ErrorCode[]>> = {
  public: [],
  token: errorsOfTokens,
  'token-or-ticket': errorsOfTokens,
  admin: ['missing_token', 'invalid_token', 'scope_required'],
  signed: [],
};

/** Codes that any operation of this kind can answer beside its own `errors`. */
export const commonErrors = (operation: Operation): readonly ErrorCode[] => [
  ...errorsByAccess[operation.access],
  ...(operation.freshLogin ? (['fresh_login_required'] as const) : []),
  ...(operation.gate === null ? [] : (['membership_required'] as const)),
  ...(operation.bodyLimit === 0
    ? []
    : (['invalid_json', 'invalid_text', 'unsupported_media_type', 'body_too_large'] as const)),
  ...((operation.request ?? operation.params ?? operation.query) ? (['invalid_request'] as const) : []),
  'invalid_path',
  'rate_limited',
  'internal',
  'unavailable',
];
