import type { AnswerOf } from '@synckeep/protocol';

export type Session = AnswerOf<'adminSession'>;
export type SignedIn = AnswerOf<'signInAdministrator'>['administrator'];
export type ListedAdministrator = AnswerOf<'listAdministrators'>['administrators'][number];
export type Token = AnswerOf<'listAdminTokens'>['tokens'][number];
export type App = AnswerOf<'getApp'>;
export type User = AnswerOf<'getUser'>;
export type ScopeUse = AnswerOf<'listAppUsers'>['scopes'][number];
export type Device = AnswerOf<'listUserDevices'>['devices'][number];
export type Item = AnswerOf<'putItem'>;
export type Tier = AnswerOf<'putTier'>;
export type Membership = AnswerOf<'grantMembership'>;
export type AuditRow = AnswerOf<'listAudit'>['rows'][number];
export type Named = AuditRow['actor'];
export type Warning = AnswerOf<'overview'>['warnings'][number];
export type UsagePoint = AnswerOf<'listUsage'>['points'][number];
export type Health = AnswerOf<'health'>;
