export { AccountError, type AccountErrorCode } from './account-error.js';
export { type Accounts, createAccounts } from './create-accounts.js';
export { accountKinds } from './movable-kinds.js';
export type { AccountsOptions } from './options.js';
export { createArgon2Hasher, type PasswordHasher } from './password-hasher.js';
export { removeAppSessions } from './remove-app-sessions.js';
export { toQrSvg } from './second-factor/qr-svg.js';
export type { SecondFactor } from './second-factor/second-factor.js';
export type { User, UserAdministration } from './user-administration.js';
