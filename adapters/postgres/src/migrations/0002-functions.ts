// Longer than other files on purpose: the two functions of the hot path and what they share read best in one place.
/**
 * A push and a page of a pull are one round trip each, also through a pooler: PostgreSQL keeps the plans of a function
 * for each session, so no statement has to be prepared by name. `append` is volatile: each of its statements sees what
 * was committed before it, and so everything of the log once the row of the scope is locked. `read_page` is stable: all
 * of its statements see one snapshot. Measured: every expression of PL/pgSQL costs one to three microseconds a call, a
 * row that is updated twenty; hence few statements, each of which does much.
 */
export const sql = `
CREATE FUNCTION $schema.reserved_bytes(p_scope uuid, p_now bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(size), 0)::bigint FROM
    (SELECT max(size_bytes) AS size FROM $schema.reservation
     WHERE scope = p_scope AND expires_at > p_now GROUP BY hash) AS largest
$$;

-- What an acknowledged write relies on, whatever the host has set; waiting for a lock ends after 10 s.
CREATE FUNCTION $schema.begin_write() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('synchronous_commit') IN ('off', 'local', 'remote_write') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  PERFORM set_config('lock_timeout', '10s', true);
END
$$;

-- The tag of the row at a position; 0 when there is none.
CREATE FUNCTION $schema.tag_at(s $schema.scope, p_position bigint) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_position = s.head THEN RETURN s.head_tag; END IF;
  IF p_position <= 0 OR p_position > s.head THEN RETURN 0; END IF;
  RETURN coalesce((SELECT c.tag FROM $schema.change c
    WHERE c.scope = s.scope AND c.log = s.log AND c.position = p_position), 0);
END
$$;

-- Why a place is not one of this log, its floor aside; null when it is one.
CREATE FUNCTION $schema.other_log(s $schema.scope, p_epoch text, p_position bigint, p_tag integer) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  stored integer;
BEGIN
  IF p_epoch <> s.epoch THEN
    RETURN CASE WHEN EXISTS (SELECT FROM $schema.ended_epoch e WHERE e.scope = s.scope AND e.epoch = p_epoch)
      THEN 'reset' ELSE 'restored' END;
  END IF;
  IF p_position > s.head THEN RETURN 'restored'; END IF;
  IF p_tag = 0 THEN RETURN NULL; END IF;
  stored := $schema.tag_at(s, p_position);
  RETURN CASE WHEN stored = 0 OR stored = p_tag THEN NULL ELSE 'restored' END;
END
$$;

-- Why a cursor of this place is expired; null when it is good.
CREATE FUNCTION $schema.expiry(s $schema.scope, p_epoch text, p_position bigint, p_tag integer, p_floor bigint)
RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_position < s.floor AND p_floor < s.floor THEN RETURN 'compacted'; END IF;
  RETURN $schema.other_log(s, p_epoch, p_position, p_tag);
END
$$;

-- The place that a device names, in the forms of "LogQuery.after": kind 'start', 'place', 'position' (an integer cursor)
-- or 'presented' (with the push cursor as its proof, or without one). An epoch of null is the start.
CREATE FUNCTION $schema.named_place(
  s $schema.scope, d $schema.device, p_kind text, p_epoch text, p_position bigint, p_tag integer, p_own bigint,
  p_floor bigint, OUT expired text, OUT epoch text, OUT "position" bigint, OUT tag integer, OUT own bigint,
  OUT floor bigint
) LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_kind = 'start' THEN RETURN; END IF;
  IF p_kind = 'place' THEN
    epoch := p_epoch; "position" := p_position; tag := p_tag; own := p_own; floor := p_floor;
  ELSE
    IF p_kind = 'presented' AND p_epoch IS NOT NULL THEN
      expired := $schema.other_log(s, p_epoch, p_position, p_tag);
      IF expired IS NOT NULL THEN RETURN; END IF;
    END IF;
    epoch := d.presented_epoch; "position" := d.presented_position; tag := d.presented_tag;
    own := d.presented_own; floor := d.presented_floor;
    IF p_kind = 'position' THEN
      IF epoch IS NULL THEN
        -- A device that presented nothing since the last reset can only have it from before.
        SELECT e.epoch INTO epoch FROM $schema.ended_epoch e WHERE e.scope = s.scope LIMIT 1;
        epoch := coalesce(epoch, '0000000000000000'); own := 0; floor := 0;
      END IF;
      "position" := p_position; tag := 0;
    END IF;
    IF epoch IS NULL THEN RETURN; END IF;
  END IF;
  expired := $schema.expiry(s, epoch, "position", tag, floor);
END
$$;

-- The same with the start of the log in full, as a page from the start begins.
CREATE FUNCTION $schema.start_place(
  s $schema.scope, d $schema.device, p_kind text, p_epoch text, p_position bigint, p_tag integer, p_own bigint,
  p_floor bigint, OUT expired text, OUT epoch text, OUT "position" bigint, OUT tag integer, OUT own bigint,
  OUT floor bigint
) LANGUAGE plpgsql STABLE AS $$
BEGIN
  -- What most pulls are: a place of this log as it is, above its floor.
  IF p_kind = 'place' AND p_epoch = s.epoch AND p_position BETWEEN s.floor AND s.head
    AND (p_tag = 0 OR p_tag = $schema.tag_at(s, p_position)) THEN
    epoch := p_epoch; "position" := p_position; tag := p_tag; own := p_own; floor := p_floor;
    RETURN;
  END IF;
  SELECT n.* INTO expired, epoch, "position", tag, own, floor
    FROM $schema.named_place(s, d, p_kind, p_epoch, p_position, p_tag, p_own, p_floor) AS n;
  IF expired IS NULL AND epoch IS NULL THEN
    epoch := s.epoch; "position" := 0; tag := 0; own := s.head; floor := s.floor;
  END IF;
END
$$;

-- Indexes (from 0) of the changes whose row another device wrote in (p_after, p_upto].
CREATE FUNCTION $schema.clashes(
  p_scope uuid, p_log integer, p_device integer, p_after bigint, p_upto bigint, p_tables text[], p_rows text[]
) RETURNS integer[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT (pushed.index - 1)::integer), '{}')
  FROM $schema.change c
  JOIN unnest(p_tables, p_rows) WITH ORDINALITY AS pushed (table_name, row_id, index)
    ON pushed.row_id = c.row_id AND pushed.table_name = c.table_name
  WHERE c.scope = p_scope AND c.log = p_log AND c.position > p_after AND c.position <= p_upto AND c.device <> p_device
$$;

-- Step 4 of "append", with the lock of the scope: null when the base is good, else { refusal, … }.
CREATE FUNCTION $schema.check_base(
  p_scope uuid, p_device integer, p_base json, p_scanned json, p_tables text[], p_rows text[]
) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  s $schema.scope;
  d $schema.device;
  place record;
  base bigint;
  scan_from bigint;
  newest_foreign bigint;
  indexes integer[] := '{}';
BEGIN
  IF p_base->>'kind' = 'missing' THEN RETURN json_build_object('refusal', 'base_required'); END IF;
  SELECT * INTO s FROM $schema.scope t WHERE t.scope = p_scope;
  SELECT * INTO d FROM $schema.device t WHERE t.scope = p_scope AND t.number = p_device;
  place := $schema.start_place(s, d, p_base->>'kind', p_base->>'epoch', (p_base->>'position')::bigint,
    (p_base->>'tag')::integer, (p_base->>'own')::bigint, (p_base->>'floor')::bigint);
  IF place.expired IS NOT NULL THEN
    RETURN json_build_object('refusal', 'cursor_expired', 'reason', place.expired);
  END IF;
  base := place.position;
  scan_from := base;
  newest_foreign := CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END;
  IF (p_scanned->>'log')::integer = s.log AND (p_scanned->>'from')::bigint = base THEN
    scan_from := (p_scanned->>'upTo')::bigint;
    indexes := ARRAY(SELECT json_array_elements_text(p_scanned->'clashes')::integer);
  END IF;
  IF scan_from < newest_foreign THEN
    IF newest_foreign - scan_from > 10000 THEN
      RETURN json_build_object('refusal', 'scan', 'log', s.log, 'device', d.number, 'from', base, 'upTo', newest_foreign);
    END IF;
    indexes := indexes || $schema.clashes(p_scope, s.log, d.number, scan_from, newest_foreign, p_tables, p_rows);
  END IF;
  IF cardinality(indexes) > 0 THEN RETURN json_build_object('refusal', 'row_changed', 'indexes', indexes); END IF;
  RETURN NULL;
END
$$;

-- "ChangeLog.append", in the order of its steps. Answers what was stored, or { refusal, … } with an error code. 'scan': the
-- range since the base is so long that it is to be looked at without the lock first; p_scanned then says what was found.
-- p_base is null, { "kind": "missing" } or the arguments of named_place. Arrays may be shorter where the rest is null.
CREATE FUNCTION $schema.append(
  p_scope uuid, p_app uuid, p_user uuid, p_device text, p_batch text, p_tag integer, p_now bigint,
  p_key_version integer, p_bytes_limit bigint, p_bytes bigint, p_entries integer, p_base json, p_scanned json,
  p_count integer, p_ops smallint[], p_tables text[], p_rows text[], p_timestamps text[], p_blobs text[], p_data text[]
) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  s record;
  known record;
  refusal json;
  version integer;
BEGIN
  PERFORM set_config('lock_timeout', '10s', true);
  IF current_setting('synchronous_commit') IN ('off', 'local', 'remote_write') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;

  SELECT t.log, t.epoch, t.head, t.head_tag, t.head_device, t.floor, t.rotated, t.target_version,
      t.data_bytes + t.blob_bytes AS bytes,
      CASE t.key_version WHEN 0 THEN t.last_key_version + 1 ELSE t.key_version END AS current_version,
      CASE WHEN t.aborting THEN 0 ELSE t.target_version END AS open_target
    INTO s FROM $schema.scope t
    WHERE t.scope = p_scope AND t.app_id = p_app AND t.user_id = p_user AND NOT t.erasing AND NOT t.held
    FOR NO KEY UPDATE;
  SELECT d.number, b.epoch, b.position, b.tag, b.floor, b.accepted
    INTO known FROM $schema.device d
    LEFT JOIN $schema.batch b ON b.scope = p_scope AND b.log = s.log AND b.device = d.number AND b.batch_id = p_batch
    WHERE d.scope = p_scope AND d.id = p_device AND NOT d.removed;
  IF s.log IS NULL OR known.number IS NULL THEN RETURN json_build_object('refusal', 'unknown_device'); END IF;
  IF known.epoch IS NOT NULL THEN
    RETURN json_build_object('epoch', known.epoch, 'position', known.position, 'tag', known.tag, 'floor', known.floor,
      'accepted', known.accepted, 'replayed', true);
  END IF;

  IF p_key_version IS NULL THEN
    version := CASE WHEN s.rotated THEN NULL ELSE s.current_version END;
  ELSIF p_key_version = s.current_version OR p_key_version = nullif(s.open_target, 0) THEN
    version := p_key_version;
  ELSE
    RETURN json_build_object('refusal', 'stale_key_version', 'key_version', s.current_version);
  END IF;
  IF p_base IS NOT NULL THEN
    refusal := $schema.check_base(p_scope, known.number, p_base, p_scanned, p_tables, p_rows);
    IF refusal IS NOT NULL THEN RETURN refusal; END IF;
  END IF;
  -- 2 is a deletion.
  IF p_bytes_limit IS NOT NULL AND s.bytes + $schema.reserved_bytes(p_scope, p_now) + p_bytes > p_bytes_limit
    AND EXISTS (SELECT FROM unnest(p_ops) AS op WHERE op <> 2) THEN
    RETURN json_build_object('refusal', 'quota_exceeded');
  END IF;

  IF p_count = 0 THEN
    INSERT INTO $schema.batch (scope, log, device, received_at, position, floor, tag, accepted, epoch, batch_id)
      SELECT p_scope, s.log, known.number, p_now, s.head, s.floor, s.head_tag, 0, s.epoch, p_batch
      WHERE p_batch IS NOT NULL;
    RETURN json_build_object('epoch', s.epoch, 'position', s.head, 'tag', s.head_tag, 'floor', s.floor,
      'accepted', 0, 'replayed', false);
  END IF;

  -- The device that wrote the head needs no note of its last push: it is the head, until another device writes.
  IF s.head_device <> known.number AND s.head_device <> 0 THEN
    UPDATE $schema.device t SET last_push = s.head WHERE t.scope = p_scope AND t.number = s.head_device;
  END IF;
  WITH stored AS (
    INSERT INTO $schema.change
      SELECT p_scope, s.log, known.number, s.head + row.index, p_tag, version, row.op, row.table_name, row.row_id,
        row.timestamp, row.blobs, row.data
      FROM unnest(p_ops, p_tables, p_rows, p_timestamps, p_blobs, p_data) WITH ORDINALITY
        AS row (op, table_name, row_id, timestamp, blobs, data, index)
  ), remembered AS (
    INSERT INTO $schema.batch (scope, log, device, received_at, position, floor, tag, accepted, epoch, batch_id)
      SELECT p_scope, s.log, known.number, p_now, s.head + p_count, s.floor, p_tag, p_count, s.epoch, p_batch
      WHERE p_batch IS NOT NULL
  )
  UPDATE $schema.scope t SET head = t.head + p_count, head_tag = p_tag,
      other_head = CASE t.head_device WHEN known.number THEN t.other_head ELSE t.head END, head_device = known.number,
      total_changes = t.total_changes + p_count, data_bytes = t.data_bytes + p_bytes,
      data_entries = t.data_entries + p_entries,
      target_entries = t.target_entries
        + CASE WHEN t.target_version <> 0 AND t.target_version = version THEN p_entries ELSE 0 END
    WHERE t.scope = p_scope;
  RETURN json_build_object('epoch', s.epoch, 'position', s.head + p_count, 'tag', p_tag, 'floor', s.floor,
    'accepted', p_count, 'replayed', false);
END
$$;

-- "ChangeLog.read" but for its note of what was presented. The first row has no position: its "data" says as JSON where
-- the page was read from and where the log stands; there is none for a device that is not there. Rows follow, one more
-- than the page may hold where there is one; data of more than p_inline bytes is left out.
CREATE FUNCTION $schema.read_page(
  p_scope uuid, p_app uuid, p_user uuid, p_device text,
  p_after text, p_epoch text, p_position bigint, p_tag integer, p_own bigint, p_floor bigint,
  p_include_own boolean, p_limit integer, p_inline bigint, p_max_scan bigint
) RETURNS TABLE (
  "position" bigint, device integer, tag integer, key_version integer, op smallint, table_name text, row_id text,
  "timestamp" text, blobs text, bytes integer, data text
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  v record;
BEGIN
  SELECT s.log, s.head, d.number AS device, start.epoch, start.position, start.tag, start.floor, start.expired,
      CASE WHEN p_include_own THEN s.head ELSE start.own END AS own,
      least(s.head, start.position + p_max_scan) AS scanned,
      CASE s.head_device WHEN d.number THEN s.head ELSE d.last_push END AS last_push,
      CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END AS newest_foreign,
      $schema.tag_at(s, least(s.head, start.position + p_max_scan)) AS scanned_tag,
      d.presented_epoch, d.presented_position, d.presented_own, d.presented_floor, d.presented_at, d.last_seen_at
    INTO v FROM $schema.scope s
    JOIN $schema.device d ON d.scope = s.scope
    CROSS JOIN LATERAL $schema.start_place(s, d, p_after, p_epoch, p_position, p_tag, p_own, p_floor) AS start
    WHERE s.scope = p_scope AND s.app_id = p_app AND s.user_id = p_user AND NOT s.erasing AND NOT s.held
      AND d.scope = p_scope AND d.id = p_device AND NOT d.removed;
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT NULL::bigint, NULL::integer, NULL::integer, NULL::integer, NULL::smallint, NULL::text,
    NULL::text, NULL::text, NULL::text, NULL::integer, row_to_json(v)::text;
  RETURN QUERY
    SELECT c.position, c.device, c.tag, c.key_version, c.op, c.table_name, c.row_id, c.timestamp, c.blobs,
      octet_length(c.data), CASE WHEN octet_length(c.data) <= p_inline THEN c.data END
    FROM $schema.change c
    WHERE v.expired IS NULL AND c.scope = p_scope AND c.log = v.log AND c.position > v.position
      AND c.position <= v.scanned AND (c.device <> v.device OR c.position <= v.own)
    ORDER BY c.position LIMIT p_limit + 1;
END
$$;
`;
