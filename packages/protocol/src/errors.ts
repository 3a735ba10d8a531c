/** Who has to act on an error: see the glossary of docs/protocol.md. */
export type ErrorAction =
  | 'fix-request'
  | 'log-in'
  | 'ask-user'
  | 'pull'
  | 'pull-from-start'
  | 're-encrypt'
  | 'retry'
  | 'retry-later';

export interface ErrorEntry {
  readonly status: number;
  /** The constant sentence of the answer. What varies goes into `details`. */
  readonly message: string;
  /** What a client can do about it. */
  readonly action: ErrorAction;
}

const entry = (status: number, action: ErrorAction, message: string): ErrorEntry => ({ status, action, message });

/** The closed catalogue of error codes (P-4). A code that is not here does not exist. */
export const errorCatalogue = {
  invalid_json: entry(400, 'fix-request', 'The body is not valid JSON in UTF-8.'),
  invalid_path: entry(400, 'fix-request', 'The path or query is not valid percent-encoding.'),
  invalid_cursor: entry(400, 'fix-request', 'The cursor is not one that this server made.'),

  missing_token: entry(401, 'log-in', 'This operation needs an Authorization header with a bearer token.'),
  invalid_token: entry(401, 'log-in', 'The token is invalid, expired or revoked. Log in again.'),
  invalid_credentials: entry(401, 'ask-user', 'The e-mail, password or API key is wrong.'),
  invalid_second_factor: entry(401, 'ask-user', 'The code of the second factor is wrong or was used before.'),
  invalid_setup_link: entry(
    401,
    'ask-user',
    'The set-up link is wrong or older than 24 hours. Start the server again for a new one.',
  ),
  invalid_ticket: entry(401, 'log-in', 'The ticket is unknown, used or older than 60 seconds.'),
  fresh_login_required: entry(401, 'log-in', 'This operation needs a login from the last 5 minutes.'),

  membership_required: entry(403, 'ask-user', 'Syncing this app needs an active purchase or membership.'),
  two_factor_required: entry(
    403,
    'ask-user',
    'This account has a second factor. Send its code, or log in through the browser.',
  ),
  unknown_device: entry(403, 'fix-request', 'The device is not registered for this user and app.'),
  origin_not_allowed: entry(403, 'fix-request', 'This web origin is not registered for the app.'),
  app_paused: entry(403, 'retry-later', 'The app is paused by its administrator.'),
  app_mismatch: entry(403, 'fix-request', 'The app_id is not the one of the token.'),
  scope_required: entry(403, 'ask-user', 'The admin token or administrator does not have the scope that this needs.'),
  cross_site_request: entry(
    403,
    'fix-request',
    'What an administrator changes in a browser needs the header x-synckeep-admin: 1, from a page of this server.',
  ),
  invalid_webhook: entry(403, 'fix-request', 'The signature of the webhook is wrong, or older than 5 minutes.'),
  invalid_signature: entry(403, 'fix-request', 'The signed URL is forged, expired or made for another request.'),

  not_found: entry(404, 'fix-request', 'There is nothing at this path.'),
  login_disabled: entry(404, 'fix-request', 'This server does not log users in; its host does.'),
  device_not_found: entry(404, 'fix-request', 'There is no such device.'),
  key_not_found: entry(404, 'fix-request', 'No key has been stored yet.'),
  memberships_disabled: entry(404, 'fix-request', 'This server keeps no memberships; its host does.'),
  administrators_disabled: entry(404, 'fix-request', 'This server does not sign administrators in; its host does.'),
  administrator_not_found: entry(404, 'fix-request', 'There is no such administrator.'),
  admin_token_not_found: entry(404, 'fix-request', 'There is no such admin token.'),
  webhook_not_found: entry(404, 'fix-request', 'Webhooks of this payment provider are not set up here.'),
  users_disabled: entry(404, 'fix-request', 'This server keeps no users; its host does.'),
  app_not_found: entry(404, 'fix-request', 'There is no such app.'),
  user_not_found: entry(404, 'fix-request', 'There is no such user.'),
  product_not_found: entry(404, 'fix-request', 'There is nothing of this id to remove.'),
  membership_not_found: entry(404, 'fix-request', 'The user has no such membership.'),
  blob_not_found: entry(404, 'fix-request', 'There is no such blob.'),

  updates_disabled: entry(404, 'fix-request', 'This server does not know its own address, so it offers no updates.'),
  slug_not_found: entry(404, 'fix-request', 'No app has this slug.'),
  release_not_found: entry(404, 'fix-request', 'There is no such release.'),
  artifact_not_found: entry(404, 'fix-request', 'The release has no such artifact.'),

  method_not_allowed: entry(405, 'fix-request', 'This path does not have that method. See the Allow header.'),

  row_changed: entry(
    409,
    'pull',
    'Another device changed a row of this batch after its base. Pull, merge and push again.',
  ),
  stale_key_version: entry(409, 're-encrypt', 'The key version is not current. Fetch the keys and encrypt again.'),
  rotation_in_progress: entry(409, 'retry-later', 'A key rotation is running. Complete or abort it first.'),
  no_rotation: entry(409, 'fix-request', 'No key rotation is running.'),
  rotation_incomplete: entry(409, 'retry', 'Entries remain under the old key. Re-encrypt them first.'),
  blob_not_uploaded: entry(409, 'retry', 'The blob has not been uploaded.'),

  email_taken: entry(409, 'ask-user', 'Another user has this e-mail address.'),
  last_administrator: entry(
    409,
    'ask-user',
    'Nobody else could administer this server. Add another administrator first.',
  ),

  slug_taken: entry(409, 'fix-request', 'Another app has this slug.'),
  version_exists: entry(
    409,
    'fix-request',
    'The app has a release of this version. Build metadata makes no other one.',
  ),
  release_incomplete: entry(409, 'retry', 'The release has no artifact, or one that was not confirmed. See details.'),
  artifact_published: entry(409, 'fix-request', 'A confirmed artifact of a published release never changes.'),

  cursor_expired: entry(410, 'pull-from-start', 'The cursor is no longer valid. See details.reason.'),

  setup_link_used: entry(410, 'ask-user', 'There is an administrator already, so the set-up link is used up. Sign in.'),

  precondition_failed: entry(412, 'pull', 'The stored key is not the one that the precondition names.'),

  body_too_large: entry(413, 'fix-request', 'The body is larger than this operation accepts.'),
  change_too_large: entry(413, 'fix-request', 'The data of one change is too large.'),
  key_too_large: entry(413, 'fix-request', 'The encrypted key is too large.'),
  blob_too_large: entry(413, 'ask-user', 'The blob is larger than the plan of this user allows.'),
  quota_exceeded: entry(413, 'ask-user', 'The storage of this user is full.'),

  unsupported_media_type: entry(415, 'fix-request', 'The body must be sent as application/json.'),

  invalid_request: entry(422, 'fix-request', 'The request does not fit the schema. See details.'),
  invalid_text: entry(422, 'fix-request', 'A string holds U+0000 or half a surrogate pair.'),
  too_many_changes: entry(422, 'fix-request', 'A push carries at most 500 changes.'),
  too_many_devices: entry(422, 'ask-user', 'This user has too many devices in this app. Remove one first.'),
  unknown_product: entry(422, 'fix-request', 'There is no such item or tier. Make it first.'),
  too_many_memberships: entry(422, 'ask-user', 'This user has too many memberships. End one first.'),
  base_required: entry(422, 'fix-request', 'This app requires base on every push.'),
  unknown_entry: entry(422, 'fix-request', 'The batch names an entry that is not in this log.'),
  blob_mismatch: entry(422, 'retry', 'The uploaded bytes do not have the stated size or hash.'),
  invalid_email: entry(422, 'ask-user', 'This is no e-mail address.'),
  weak_password: entry(
    422,
    'ask-user',
    'The password is too short, too long or too easy to guess. See details.reason.',
  ),
  too_many_slugs: entry(422, 'fix-request', 'The app has as many slugs as one app may have.'),
  too_many_releases: entry(422, 'fix-request', 'The app has too many releases. Delete old ones first.'),
  update_signature_invalid: entry(
    422,
    'fix-request',
    'The signature does not fit the artifact and the public key of the app. See details.',
  ),
  confirmation_required: entry(422, 'ask-user', 'Confirm with exactly the text that the documentation names.'),
  registration_closed: entry(422, 'fix-request', 'Nobody can register for this app. Open its registration first.'),

  rate_limited: entry(429, 'retry-later', 'Too many requests. Wait as long as Retry-After says.'),

  internal: entry(500, 'retry-later', 'Something went wrong on the server. Quote the request id when you report it.'),
  unavailable: entry(503, 'retry-later', 'The server is busy or one of its backends is down. Try again.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export const errorCodes = Object.keys(errorCatalogue) as readonly ErrorCode[];

export const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(errorCatalogue, value);
