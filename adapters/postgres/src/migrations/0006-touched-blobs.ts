import { sql as functions } from './0002-functions.js';
import { sql as compaction } from './0004-compaction.js';
import { revise } from './revise.js';

/**
 * What removes blobs that nothing names: when each was last touched (null: before this migration, or where an import
 * brought it from), and the position of the newest change that has data and does not say which blobs it names.
 */
export const sql = `
ALTER TABLE $schema.scope ADD COLUMN unnamed bigint NOT NULL DEFAULT 0;
ALTER TABLE $schema.blob ADD COLUMN touched_at bigint;

-- What changes name, to the hour. Hashes are parted by spaces.
CREATE FUNCTION $schema.touch_blobs(p_scope uuid, p_blobs text[], p_now bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE $schema.blob t SET touched_at = p_now
    WHERE t.scope = p_scope AND t.hash = ANY (string_to_array(array_to_string(p_blobs, ' '), ' '))
      AND (t.touched_at IS NULL OR t.touched_at <= p_now - 3600000);
END
$$;

${revise(
  functions,
  'append',
  [
    `        + CASE WHEN t.target_version <> 0 AND t.target_version = version THEN p_entries ELSE 0 END
`,
    `        + CASE WHEN t.target_version <> 0 AND t.target_version = version THEN p_entries ELSE 0 END,
      unnamed = CASE WHEN p_entries > 0 AND (p_blobs = '{}' OR EXISTS (
          SELECT FROM unnest(p_blobs, p_data) AS row (blobs, data) WHERE row.data IS NOT NULL AND row.blobs IS NULL
        )) THEN t.head + p_count ELSE t.unnamed END
`,
  ],
  [
    `  RETURN json_build_object('epoch', s.epoch, 'position', s.head + p_count,`,
    `  IF p_blobs <> '{}' THEN PERFORM $schema.touch_blobs(p_scope, p_blobs, p_now); END IF;
  RETURN json_build_object('epoch', s.epoch, 'position', s.head + p_count,`,
  ],
)}

${revise(
  compaction,
  'append_together',
  [
    `          + CASE WHEN t.target_version <> 0 AND t.target_version = push.version THEN push.entries ELSE 0 END
`,
    `          + CASE WHEN t.target_version <> 0 AND t.target_version = push.version THEN push.entries ELSE 0 END,
        unnamed = CASE WHEN push.entries > 0 AND (p_blobs = '{}' OR EXISTS (
            SELECT FROM unnest(p_owners, p_blobs, p_data) AS row (owner, blobs, data)
            WHERE row.owner = push.nth AND row.data IS NOT NULL AND row.blobs IS NULL
          )) THEN t.head + push.count ELSE t.unnamed END
`,
  ],
  [
    `    outcomes[done[i]] := answers[i];
`,
    `    outcomes[done[i]] := answers[i];
    IF p_blobs <> '{}' THEN
      first := p_firsts[done[i]];
      PERFORM $schema.touch_blobs(p_scopes[done[i]], p_blobs[first:first + p_counts[done[i]] - 1], p_nows[done[i]]);
    END IF;
`,
  ],
)}
`;
