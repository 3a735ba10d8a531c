/**
 * The values of unique names, to look for by their beginning. Until now e-mail addresses were the only ones; those whose
 * small letters this database makes otherwise than Synckeep did get theirs when their record is next written. What an
 * older node writes that still runs does so too.
 */
export const sql = `
ALTER TABLE $schema.record_index ADD COLUMN value text COLLATE "C";
UPDATE $schema.record_index i SET value = lower(r.value::json ->> 'email')
  FROM $schema.record r
  WHERE i.kind = 'user' AND i.name = 'email' AND i.is_unique AND r.kind = i.kind AND r.key = i.key
    AND i.digest = sha256(convert_to(lower(r.value::json ->> 'email'), 'UTF8'));
CREATE INDEX record_index_value ON $schema.record_index (kind, name, left(value, 500)) WHERE is_unique;
`;
