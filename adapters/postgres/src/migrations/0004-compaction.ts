import { sql as functions } from './0002-functions.js';
import { sql as together } from './0003-append-together.js';
import { revise } from './revise.js';

/**
 * Compaction keeps the last change of each row up to a horizon. It finds what a change supersedes in `survivor`, which
 * no push touches: there each row that it has come by has its last change; `tombstone` lists those that are deletions.
 * `walked` is how far it has come in this log, and at `marked_at` the log was `marked_position` long. At and below
 * `scope.compacted` changes may be missing: an import brings that number, and begins to walk anew. `epoch_start` is the
 * head at which the present epoch began.
 *
 * A step works under the lock of its scope, slice by slice, until its time is over. It commits without waiting for the
 * disk: what a crash takes back is done again, and nothing that anybody was told depends on it, because whatever is
 * acknowledged afterwards waits for what was written before. Everything is found by keys, whatever the planner believes.
 */
export const sql = `
ALTER TABLE $schema.scope ADD COLUMN compacted bigint NOT NULL DEFAULT 0,
  ADD COLUMN epoch_start bigint NOT NULL DEFAULT 0;

CREATE TABLE $schema.compaction (
  scope uuid PRIMARY KEY,
  log integer NOT NULL,
  walked bigint NOT NULL,
  marked_at bigint[] NOT NULL,
  marked_position bigint[] NOT NULL
);

CREATE TABLE $schema.survivor (
  scope uuid NOT NULL,
  log integer NOT NULL,
  position bigint NOT NULL,
  table_name text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, log, table_name, row_id)
) WITH (fillfactor = 80);

CREATE TABLE $schema.tombstone (
  scope uuid NOT NULL,
  log integer NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (scope, log, position)
);

-- Why a place is not one of this log, its floor aside; null when it is one. Of the time before a restored backup, though
-- tombstones that were written since are gone: whoever then pushed everything again would bring back what was deleted.
DROP FUNCTION $schema.other_log($schema.scope, text, bigint, integer);
CREATE FUNCTION $schema.other_log(
  s $schema.scope, p_epoch text, p_position bigint, p_tag integer, p_floor bigint
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  stored integer;
BEGIN
  IF p_epoch <> s.epoch THEN
    IF EXISTS (SELECT FROM $schema.ended_epoch e WHERE e.scope = s.scope AND e.epoch = p_epoch) THEN RETURN 'reset'; END IF;
    RETURN CASE WHEN p_floor < s.floor AND s.epoch_start < s.floor THEN 'compacted' ELSE 'restored' END;
  END IF;
  IF p_position > s.head THEN RETURN 'restored'; END IF;
  IF p_tag = 0 THEN RETURN NULL; END IF;
  stored := $schema.tag_at(s, p_position);
  RETURN CASE WHEN stored = 0 OR stored = p_tag THEN NULL ELSE 'restored' END;
END
$$;
${revise(functions, 'expiry', ['other_log(s, p_epoch, p_position, p_tag)', 'other_log(s, p_epoch, p_position, p_tag, p_floor)'])}
${revise(functions, 'named_place', ['other_log(s, p_epoch, p_position, p_tag)', 'other_log(s, p_epoch, p_position, p_tag, p_floor)'])}

-- Indexes (from 0) of the changes whose row another device wrote in (p_after, p_upto]. Where changes may be missing, one
-- of the device itself may be what is left of another's.
${revise(functions, 'clashes', [
  'AND c.device <> p_device',
  `AND (c.device <> p_device
      OR c.position <= (SELECT s.compacted FROM $schema.scope s WHERE s.scope = p_scope AND s.log = p_log))`,
])}
${revise(functions, 'check_base', [
  'newest_foreign := CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END;',
  'newest_foreign := greatest(s.compacted, CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END);',
])}
${revise(together, 'append_together', [
  `AND b."position" >= CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END`,
  `AND b."position" >= greatest(s.compacted, CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END)`,
])}

-- A page that ends with its scan moves on to where the next change is.
${revise(
  functions,
  'read_page',
  ['least(s.head, start.position + p_max_scan) AS scanned,', 'ending.scanned,'],
  [
    '$schema.tag_at(s, least(s.head, start.position + p_max_scan)) AS scanned_tag',
    '$schema.tag_at(s, ending.scanned) AS scanned_tag',
  ],
  [
    'p_position, p_tag, p_own, p_floor) AS start',
    `p_position, p_tag, p_own, p_floor) AS start
    CROSS JOIN LATERAL (SELECT CASE WHEN start.position + p_max_scan >= s.head THEN s.head ELSE coalesce((
        SELECT c.position - 1 FROM $schema.change c
        WHERE c.scope = p_scope AND c.log = s.log AND c.position > start.position + p_max_scan
        ORDER BY c.position LIMIT 1
      ), s.head) END) AS ending (scanned)`,
  ],
)}

-- What compaction may do in a log at this moment. "horizon": how long the log was at p_keep_from, as far as is known.
-- "passed": the position that every device has passed which was here since p_active_since. "is_due": the marks
-- are to be stored, with one more of how long the log is now, or without moments that are still to come.
CREATE FUNCTION $schema.compaction_range(
  s $schema.scope, p_now bigint, p_keep_from bigint, p_active_since bigint,
  OUT walked bigint, OUT horizon bigint, OUT passed bigint, OUT is_due boolean, OUT marked_at bigint[],
  OUT marked_position bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  newest record;
  is_grown boolean;
BEGIN
  SELECT c.walked, c.marked_at, c.marked_position INTO walked, marked_at, marked_position
    FROM $schema.compaction c WHERE c.scope = s.scope AND c.log = s.log;
  walked := coalesce(walked, 0);
  -- A clock that was ahead is not waited for.
  SELECT max(m.at) AS at, coalesce(max(m.position), 0) AS position,
      coalesce(max(m.position) FILTER (WHERE least(m.at, p_now) <= p_keep_from), 0) AS old
    INTO newest FROM unnest(marked_at, marked_position) AS m (at, position);
  is_grown := s.head > newest.position
    AND (newest.at IS NULL OR p_now - least(newest.at, p_now) >= (p_now - p_keep_from) / 16);
  is_due := is_grown OR coalesce(newest.at > p_now, false);
  horizon := CASE WHEN p_keep_from >= p_now THEN s.head ELSE newest.old END;
  SELECT coalesce(array_agg(least(m.at, p_now) ORDER BY m.position), '{}'),
      coalesce(array_agg(m.position ORDER BY m.position), '{}')
    INTO marked_at, marked_position
    FROM unnest(marked_at, marked_position) AS m (at, position) WHERE m.position >= newest.old;
  IF is_grown THEN
    marked_at := marked_at || p_now;
    marked_position := marked_position || s.head;
  END IF;
  SELECT coalesce(min(CASE d.presented_epoch WHEN s.epoch THEN d.presented_position ELSE 0 END), s.head) INTO passed
    FROM $schema.device d
    WHERE d.scope = s.scope AND NOT d.removed AND d.presented_epoch IS NOT NULL
      AND greatest(d.presented_at, d.last_seen_at) >= p_active_since;
END
$$;

-- "ChangeLog.compact". A step ends when it has looked at p_limit changes, or has held the lock for p_milliseconds, give or
-- take a slice.
CREATE FUNCTION $schema.compact(
  p_scope uuid, p_app uuid, p_user uuid, p_now bigint, p_keep_from bigint, p_active_since bigint, p_limit integer,
  p_milliseconds integer
) RETURNS json LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off
AS $$
DECLARE
  s $schema.scope;
  c record;
  slice record;
  is_idle boolean;
  until timestamptz;
  size integer;
  looked integer := 0;
  superseded integer := 0;
  tombstones integer := 0;
  freed_bytes bigint := 0;
  freed_entries bigint := 0;
  new_floor bigint;
  is_over boolean;
BEGIN
  -- Where nothing is to be done, nobody is held up.
  SELECT * INTO s FROM $schema.scope t
    WHERE t.scope = p_scope AND t.app_id = p_app AND t.user_id = p_user AND NOT t.erasing AND NOT t.held;
  c := $schema.compaction_range(s, p_now, p_keep_from, p_active_since);
  is_idle := s.scope IS NULL OR NOT c.is_due AND (s.target_version <> 0 OR c.walked >= c.horizon AND NOT EXISTS (
    SELECT FROM $schema.tombstone t WHERE t.scope = p_scope AND t.log = s.log
      AND t.position > s.floor AND t.position <= least(c.walked, c.horizon, c.passed)
  ));
  IF NOT is_idle THEN
    PERFORM set_config('lock_timeout', '10s', true), set_config('synchronous_commit', 'off', true);
    SELECT * INTO s FROM $schema.scope t WHERE t.scope = p_scope AND NOT t.erasing AND NOT t.held FOR NO KEY UPDATE;
    is_idle := s.scope IS NULL;
  END IF;
  IF is_idle THEN
    RETURN json_build_object('removed', 0, 'removedBytes', 0, 'tombstones', 0,
      'state', CASE WHEN s.target_version <> 0 THEN 'paused' ELSE 'done' END);
  END IF;
  until := clock_timestamp() + p_milliseconds * interval '1 millisecond';
  c := $schema.compaction_range(s, p_now, p_keep_from, p_active_since);
  is_over := s.target_version <> 0;
  new_floor := s.floor;

  WHILE c.walked < c.horizon AND NOT is_over LOOP
    size := least(100, p_limit - looked);
    -- The next changes, each with the one that it supersedes, until those hold a mebibyte of data.
    WITH next AS MATERIALIZED (
      SELECT t.position, t.op, t.table_name, t.row_id
      FROM $schema.change t
      WHERE t.scope = p_scope AND t.log = s.log AND t.position > c.walked AND t.position <= c.horizon
      ORDER BY t.position LIMIT size
    ), paired AS MATERIALIZED (
      SELECT n.*, coalesce(lag(n.position) OVER (PARTITION BY n.table_name, n.row_id ORDER BY n.position), (
          SELECT v.position FROM $schema.survivor v
          WHERE v.scope = p_scope AND v.log = s.log AND v.table_name = n.table_name AND v.row_id = n.row_id
        )) AS former
      FROM next n
    ), weighed AS (
      SELECT p.*, f.bytes, row_number() OVER by_position AS nth, sum(f.bytes) OVER by_position AS sum
      FROM paired p LEFT JOIN LATERAL (
        SELECT octet_length(t.data) AS bytes FROM $schema.change t
        WHERE t.scope = p_scope AND t.log = s.log AND t.position = p.former LIMIT 1
      ) AS f ON true
      WINDOW by_position AS (ORDER BY p.position)
    )
    SELECT count(*)::integer AS count, max(w.position) AS last, (SELECT count(*) FROM next) AS found,
        array_agg(w.position) AS positions, array_agg(w.op) AS ops, array_agg(w.table_name) AS tables,
        array_agg(w.row_id) AS rows, coalesce(array_agg(w.former) FILTER (WHERE w.former IS NOT NULL), '{}') AS former,
        coalesce(sum(w.bytes), 0) AS bytes, count(w.bytes) AS entries
      INTO slice FROM weighed w WHERE w.nth = 1 OR w.sum IS NULL OR w.sum <= 1048576;

    WITH gone AS (
      DELETE FROM $schema.change t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.former)
    ), no_tombstones AS (
      DELETE FROM $schema.tombstone t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.former)
    ), last AS MATERIALIZED (
      SELECT DISTINCT ON (w.table_name, w.row_id) w.*
      FROM unnest(slice.tables, slice.rows, slice.positions, slice.ops) AS w (table_name, row_id, position, op)
      ORDER BY w.table_name, w.row_id, w.position DESC
    ), new_tombstones AS (
      INSERT INTO $schema.tombstone (scope, log, position)
        SELECT p_scope, s.log, last.position FROM last WHERE last.op = 2
    )
    INSERT INTO $schema.survivor (scope, log, table_name, row_id, position)
      SELECT p_scope, s.log, last.table_name, last.row_id, last.position FROM last
      ON CONFLICT (scope, log, table_name, row_id) DO UPDATE SET position = excluded.position;

    looked := looked + slice.count;
    superseded := superseded + cardinality(slice.former);
    freed_bytes := freed_bytes + slice.bytes;
    freed_entries := freed_entries + slice.entries;
    -- Where no further change is found, nothing is left to look at.
    c.walked := CASE WHEN slice.found < size AND slice.count = slice.found THEN c.horizon ELSE slice.last END;
    is_over := looked >= p_limit OR clock_timestamp() >= until;
  END LOOP;

  -- In order of their positions: the floor is the highest of which nobody can hear any more.
  WHILE NOT is_over LOOP
    size := least(100, p_limit - looked);
    WITH next AS MATERIALIZED (
      SELECT t.position, d.*, row_number() OVER by_position AS nth, sum(d.bytes) OVER by_position AS sum
      FROM (
        SELECT t.position FROM $schema.tombstone t WHERE t.scope = p_scope AND t.log = s.log
          AND t.position > new_floor AND t.position <= least(c.walked, c.horizon, c.passed)
        ORDER BY t.position LIMIT size
      ) AS t CROSS JOIN LATERAL (
        SELECT d.table_name, d.row_id, octet_length(d.data) AS bytes
        FROM $schema.change d WHERE d.scope = p_scope AND d.log = s.log AND d.position = t.position LIMIT 1
      ) AS d
      WINDOW by_position AS (ORDER BY t.position)
    )
    SELECT count(*)::integer AS count, max(n.position) AS last, array_agg(n.position) AS positions,
        array_agg(n.table_name) AS tables, array_agg(n.row_id) AS rows, coalesce(sum(n.bytes), 0) AS bytes,
        count(n.bytes) AS entries
      INTO slice FROM next n WHERE n.nth = 1 OR n.sum IS NULL OR n.sum <= 1048576;
    EXIT WHEN slice.count = 0;

    DELETE FROM $schema.change t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.positions);
    DELETE FROM $schema.tombstone t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.positions);
    FOR i IN 1 .. slice.count LOOP
      DELETE FROM $schema.survivor v WHERE v.scope = p_scope AND v.log = s.log
        AND v.table_name = slice.tables[i] AND v.row_id = slice.rows[i];
    END LOOP;
    looked := looked + slice.count;
    tombstones := tombstones + slice.count;
    freed_bytes := freed_bytes + slice.bytes;
    freed_entries := freed_entries + slice.entries;
    new_floor := slice.last;
    is_over := looked >= p_limit OR clock_timestamp() >= until;
  END LOOP;

  INSERT INTO $schema.compaction (scope, log, walked, marked_at, marked_position)
    VALUES (p_scope, s.log, c.walked, c.marked_at, c.marked_position)
    ON CONFLICT (scope) DO UPDATE SET log = excluded.log, walked = excluded.walked, marked_at = excluded.marked_at,
      marked_position = excluded.marked_position;
  IF superseded + tombstones > 0 THEN
    UPDATE $schema.scope t SET floor = new_floor, total_changes = t.total_changes - superseded - tombstones,
        compacted = CASE superseded WHEN 0 THEN t.compacted ELSE greatest(t.compacted, c.horizon) END,
        data_bytes = t.data_bytes - freed_bytes, data_entries = t.data_entries - freed_entries
      WHERE t.scope = p_scope;
  END IF;
  RETURN json_build_object('removed', superseded + tombstones, 'removedBytes', freed_bytes, 'tombstones', tombstones,
    'state', CASE WHEN s.target_version <> 0 THEN 'paused' WHEN is_over THEN 'more' ELSE 'done' END);
END
$$;
`;
