import type { AccountsOptions } from '@synckeep/accounts';
import { type AdminRequest, listAudit, operator } from '@synckeep/core';
import { createFixture } from '../accounts-fixture.js';

export const firstEmail = 'first@example.com';
export const password = 'a horse that nobody guesses';
export const address = '203.0.113.7';

/** What a browser sends that holds a cookie, or none. */
export const toRequest = (cookie?: string): AdminRequest => ({
  method: 'GET',
  address,
  header: (name) => (name === 'cookie' ? cookie : undefined),
});

/** What a browser sends back of a `Set-Cookie` header. */
export const toSent = (setCookie: string | undefined): string => setCookie?.split(';', 1)[0] ?? '';

/** A server with an ordinary user, and an administrator unless told otherwise. */
export const openAdministrators = async (
  overrides: Partial<AccountsOptions> = {},
  { isSetUp = true }: { readonly isSetUp?: boolean } = {},
) => {
  const fixture = await createFixture({ publicUrl: () => 'https://sync.example.org', ...overrides });
  const { administrators, records } = fixture;
  const first = isSetUp ? (await administrators.add({ email: firstEmail, password }, operator)).administrator.id : '';
  const credentials = { email: firstEmail, password };
  const signIn = async (changed: Partial<typeof credentials> & { readonly code?: string } = {}, cookie?: string) => {
    const { cookies } = await administrators.signIn({ ...toRequest(cookie), ...credentials, code: null, ...changed });
    return toSent(cookies[0]);
  };
  return {
    ...fixture,
    first,
    signIn,
    who: async (cookie: string) => (await administrators.authenticate(toRequest(cookie)))?.id ?? null,
    stored: async () => JSON.stringify(await records.all(null, 1000)),
    count: async (kind: string) => (await records.find(kind, 'user', first, { after: null, limit: 100 })).length,
    rows: async () => [...(await listAudit(records, {}, { after: null, limit: 100 })).rows].reverse(),
  };
};
