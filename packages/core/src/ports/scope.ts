/**
 * What everything is scoped to: one user in one app. Both are UUIDs in lower case.
 * Two scopes never see, count or block each other.
 */
export interface Scope {
  readonly appId: string;
  readonly userId: string;
}

/** A map key for a scope. */
export const scopeKey = (scope: Scope): string => `${scope.appId}/${scope.userId}`;
