import { createPseudonyms } from '../access/pseudonym.js';
import { randomHex } from '../digest.js';
import type { Clock, Random, Records } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { type AuditRecord, aliasKind, auditKind } from './audit-kind.js';

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
}

const rowsPerStep = 100;
const day = 86_400_000;

const rename = ({ actor, appId, subject, ...row }: AuditRecord, from: string, to: string): AuditRecord => ({
  ...row,
  actor: actor.id === from ? { ...actor, id: to } : actor,
  appId: appId === from ? to : appId,
  subject: subject?.id === from ? { ...subject, id: to } : subject,
});

/** The same one when an erasing is repeated, so that what it renamed before stays together with the rest. */
const aliasOf = async ({ records, clock, random }: Deps, id: string): Promise<string> => {
  const aliases = createCollection(records, clock, aliasKind);
  const key = await createPseudonyms(records, clock, random)(id);
  for (;;) {
    const known = await aliases.get(key);
    if (known) return known.value.alias;
    const value = { alias: `erased-${randomHex(random, 16)}` };
    const now = clock.now();
    await records.transact([aliases.put(key, value, { condition: 'absent', expiresAt: now + day })], now);
  }
};

/**
 * Takes an erased user or app out of the audit log: the rows stay, under one random pseudonym. Call it when nothing can
 * write a row that names the id any more. Safe to repeat.
 */
export const forgetInAudit = async (deps: Deps, id: string): Promise<void> => {
  const { records, clock } = deps;
  const rows = createCollection(records, clock, auditKind);
  for (let alias: string | undefined; ; ) {
    // Not through the collection: it leaves expired ones out, and they name the id too.
    const found = await records.find(auditKind.name, 'mentions', id, { after: null, limit: rowsPerStep });
    if (found.length === 0) return;
    alias ??= await aliasOf(deps, id);
    const to = alias;
    const now = clock.now();
    // Refused as a whole when somebody else renames the same rows meanwhile; then they are looked for again.
    await records.transact(
      found.map(({ key, value, version, expiresAt }) =>
        expiresAt !== null && expiresAt <= now
          ? rows.delete(key)
          : rows.put(key, rename(auditKind.schema.parse(value), id, to), { condition: version, expiresAt }),
      ),
      now,
    );
  }
};
