import { type AdminScope, adminScopes, type OperationName } from '@synckeep/protocol';
import type { CallInput, Fixture } from './fixture.js';
import type { Reply } from './reply.js';

/** Calls the admin API with a token that has the scopes; all of them when left out. */
export const createAdministrator = async (f: Fixture, scopes: readonly AdminScope[] = adminScopes) => {
  const { token, text } = await f.server.adminTokens.create({ name: 'of a test', scopes });
  return {
    tokenId: token.id,
    call: <N extends OperationName>(name: N, input: CallInput = {}): Promise<Reply<N>> =>
      f.call(name, { token: text, ...input }),
    /** What the audit log has of this administrator, the newest first. */
    async audit() {
      const reply = await f.call('listAudit', { token: text, query: { about: token.id } });
      return reply.ok().rows.filter(({ actor }) => actor.kind === 'admin');
    },
  };
};

export type TestAdministrator = Awaited<ReturnType<typeof createAdministrator>>;

/** Names as somebody gives them who wants to be executed, mistaken or in the way. */
export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "'; DROP TABLE sync_record; --",
  '{{constructor.constructor("alert(1)")()}}',
  'gnp.\u202Eexe',
  'e\u0301\u200B\uFEFF.',
  '\u{1F469}\u200D\u{1F469}\u200D\u{1F467}',
  '../../etc/passwd',
  '__proto__',
];

/** What stands in no name of one line. */
export const controlCharacters = ['a\u0000b', 'a\nb', 'a\u001B[31mb', 'a\u007Fb', 'a\u0085b'];
