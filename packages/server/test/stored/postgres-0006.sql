SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE SCHEMA synckeep;
CREATE FUNCTION synckeep.append(p_scope uuid, p_app uuid, p_user uuid, p_device text, p_batch text, p_tag integer, p_now bigint, p_key_version integer, p_bytes_limit bigint, p_bytes bigint, p_entries integer, p_base json, p_scanned json, p_count integer, p_ops smallint[], p_tables text[], p_rows text[], p_timestamps text[], p_blobs text[], p_data text[]) RETURNS json
    LANGUAGE plpgsql
    AS $$
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
    INTO s FROM "synckeep".scope t
    WHERE t.scope = p_scope AND t.app_id = p_app AND t.user_id = p_user AND NOT t.erasing AND NOT t.held
    FOR NO KEY UPDATE;
  SELECT d.number, b.epoch, b.position, b.tag, b.floor, b.accepted
    INTO known FROM "synckeep".device d
    LEFT JOIN "synckeep".batch b ON b.scope = p_scope AND b.log = s.log AND b.device = d.number AND b.batch_id = p_batch
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
    refusal := "synckeep".check_base(p_scope, known.number, p_base, p_scanned, p_tables, p_rows);
    IF refusal IS NOT NULL THEN RETURN refusal; END IF;
  END IF;
  -- 2 is a deletion.
  IF p_bytes_limit IS NOT NULL AND s.bytes + "synckeep".reserved_bytes(p_scope, p_now) + p_bytes > p_bytes_limit
    AND EXISTS (SELECT FROM unnest(p_ops) AS op WHERE op <> 2) THEN
    RETURN json_build_object('refusal', 'quota_exceeded');
  END IF;
  IF p_count = 0 THEN
    INSERT INTO "synckeep".batch (scope, log, device, received_at, position, floor, tag, accepted, epoch, batch_id)
      SELECT p_scope, s.log, known.number, p_now, s.head, s.floor, s.head_tag, 0, s.epoch, p_batch
      WHERE p_batch IS NOT NULL;
    RETURN json_build_object('epoch', s.epoch, 'position', s.head, 'tag', s.head_tag, 'floor', s.floor,
      'accepted', 0, 'replayed', false);
  END IF;
  -- The device that wrote the head needs no note of its last push: it is the head, until another device writes.
  IF s.head_device <> known.number AND s.head_device <> 0 THEN
    UPDATE "synckeep".device t SET last_push = s.head WHERE t.scope = p_scope AND t.number = s.head_device;
  END IF;
  WITH stored AS (
    INSERT INTO "synckeep".change
      SELECT p_scope, s.log, known.number, s.head + row.index, p_tag, version, row.op, row.table_name, row.row_id,
        row.timestamp, row.blobs, row.data
      FROM unnest(p_ops, p_tables, p_rows, p_timestamps, p_blobs, p_data) WITH ORDINALITY
        AS row (op, table_name, row_id, timestamp, blobs, data, index)
  ), remembered AS (
    INSERT INTO "synckeep".batch (scope, log, device, received_at, position, floor, tag, accepted, epoch, batch_id)
      SELECT p_scope, s.log, known.number, p_now, s.head + p_count, s.floor, p_tag, p_count, s.epoch, p_batch
      WHERE p_batch IS NOT NULL
  )
  UPDATE "synckeep".scope t SET head = t.head + p_count, head_tag = p_tag,
      other_head = CASE t.head_device WHEN known.number THEN t.other_head ELSE t.head END, head_device = known.number,
      total_changes = t.total_changes + p_count, data_bytes = t.data_bytes + p_bytes,
      data_entries = t.data_entries + p_entries,
      target_entries = t.target_entries
        + CASE WHEN t.target_version <> 0 AND t.target_version = version THEN p_entries ELSE 0 END,
      unnamed = CASE WHEN p_entries > 0 AND (p_blobs = '{}' OR EXISTS (
          SELECT FROM unnest(p_blobs, p_data) AS row (blobs, data) WHERE row.data IS NOT NULL AND row.blobs IS NULL
        )) THEN t.head + p_count ELSE t.unnamed END
    WHERE t.scope = p_scope;
  IF p_blobs <> '{}' THEN PERFORM "synckeep".touch_blobs(p_scope, p_blobs, p_now); END IF;
  RETURN json_build_object('epoch', s.epoch, 'position', s.head + p_count, 'tag', p_tag, 'floor', s.floor,
    'accepted', p_count, 'replayed', false);
END
$$;
CREATE FUNCTION synckeep.append_together(p_scopes uuid[], p_apps uuid[], p_users uuid[], p_devices text[], p_batches text[], p_tags integer[], p_nows bigint[], p_key_versions integer[], p_bytes_limits bigint[], p_bytes bigint[], p_entries integer[], p_bases text[], p_counts integer[], p_firsts integer[], p_owners integer[], p_ops smallint[], p_tables text[], p_rows text[], p_timestamps text[], p_blobs text[], p_data text[]) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
  locked uuid[];
  done integer[];
  answers json[];
  outcomes json[];
  first integer;
  last integer;
BEGIN
  PERFORM "synckeep".begin_write();
  locked := ARRAY(SELECT t.scope FROM "synckeep".scope t WHERE t.scope = ANY (p_scopes) FOR NO KEY UPDATE SKIP LOCKED);
  WITH push AS (
    SELECT p.*, s.log, s.epoch, s.head, s.head_tag, s.head_device, s.floor, d.number,
        CASE WHEN p.key_version IS NULL AND s.rotated THEN NULL ELSE coalesce(p.key_version, v.current) END AS version
      FROM unnest(p_scopes, p_apps, p_users, p_devices, p_batches, p_tags, p_nows, p_key_versions, p_bytes_limits,
          p_bytes, p_entries, p_bases, p_counts, p_firsts) WITH ORDINALITY
        AS p (scope, app_id, user_id, device, batch_id, tag, now, key_version, bytes_limit, bytes, entries, base, count,
          first, nth)
      JOIN "synckeep".scope s ON s.scope = p.scope
      CROSS JOIN LATERAL (SELECT CASE s.key_version WHEN 0 THEN s.last_key_version + 1 ELSE s.key_version END) AS v (current)
      JOIN "synckeep".device d ON d.scope = p.scope AND d.id = p.device AND NOT d.removed
      WHERE p.count > 0 AND p.scope = ANY (locked) AND array_position(p_scopes, p.scope) = p.nth
        AND s.app_id = p.app_id AND s.user_id = p.user_id AND NOT s.erasing AND NOT s.held
        AND (p.key_version IS NULL OR p.key_version = v.current
          OR p.key_version = nullif(s.target_version, 0) AND NOT s.aborting)
        AND (p.bytes_limit IS NULL
          OR s.data_bytes + s.blob_bytes + "synckeep".reserved_bytes(p.scope, p.now) + p.bytes <= p.bytes_limit)
        AND (p.base IS NULL OR EXISTS (
          SELECT FROM json_to_record(p.base::json) AS b (kind text, epoch text, "position" bigint, tag integer)
          WHERE b.kind = 'place' AND b.epoch = s.epoch AND b."position" BETWEEN s.floor AND s.head
            AND b."position" >= greatest(s.compacted, CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END)
            AND (b.tag = 0 OR b.tag = "synckeep".tag_at(s, b."position"))
        ))
        -- Not as NOT EXISTS: a join may be planned that looks at every batch of a device.
        AND (
          SELECT b.position FROM "synckeep".batch b
          WHERE b.scope = p.scope AND b.log = s.log AND b.device = d.number AND b.batch_id = p.batch_id
        ) IS NULL
  ), stored AS (
    INSERT INTO "synckeep".change
      SELECT push.scope, push.log, push.number, push.head + 1 + row.index - push.first, push.tag, push.version, row.op,
        row.table_name, row.row_id, row.timestamp, row.blobs, row.data
      FROM unnest(p_owners, p_ops, p_tables, p_rows, p_timestamps, p_blobs, p_data) WITH ORDINALITY
        AS row (owner, op, table_name, row_id, timestamp, blobs, data, index)
      JOIN push ON push.nth = row.owner
  ), remembered AS (
    INSERT INTO "synckeep".batch (scope, log, device, received_at, position, floor, tag, accepted, epoch, batch_id)
      SELECT push.scope, push.log, push.number, push.now, push.head + push.count, push.floor, push.tag, push.count,
        push.epoch, push.batch_id
      FROM push WHERE push.batch_id IS NOT NULL
  ), noted AS (
    UPDATE "synckeep".device t SET last_push = push.head FROM push
      WHERE t.scope = push.scope AND t.number = push.head_device AND push.head_device NOT IN (0, push.number)
  ), moved AS (
    UPDATE "synckeep".scope t SET head = t.head + push.count, head_tag = push.tag,
        other_head = CASE t.head_device WHEN push.number THEN t.other_head ELSE t.head END, head_device = push.number,
        total_changes = t.total_changes + push.count, data_bytes = t.data_bytes + push.bytes,
        data_entries = t.data_entries + push.entries,
        target_entries = t.target_entries
          + CASE WHEN t.target_version <> 0 AND t.target_version = push.version THEN push.entries ELSE 0 END,
        unnamed = CASE WHEN push.entries > 0 AND (p_blobs = '{}' OR EXISTS (
            SELECT FROM unnest(p_owners, p_blobs, p_data) AS row (owner, blobs, data)
            WHERE row.owner = push.nth AND row.data IS NOT NULL AND row.blobs IS NULL
          )) THEN t.head + push.count ELSE t.unnamed END
      FROM push WHERE t.scope = push.scope
  )
  SELECT array_agg(push.nth), array_agg(json_build_object('epoch', push.epoch, 'position', push.head + push.count,
      'tag', push.tag, 'floor', push.floor, 'accepted', push.count, 'replayed', false))
    INTO done, answers FROM push;
  FOR i IN 1 .. coalesce(cardinality(done), 0) LOOP
    outcomes[done[i]] := answers[i];
    IF p_blobs <> '{}' THEN
      first := p_firsts[done[i]];
      PERFORM "synckeep".touch_blobs(p_scopes[done[i]], p_blobs[first:first + p_counts[done[i]] - 1], p_nows[done[i]]);
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(p_scopes) LOOP
    CONTINUE WHEN outcomes[i] IS NOT NULL;
    IF p_scopes[i] = ANY (locked) THEN
      first := p_firsts[i];
      last := first + p_counts[i] - 1;
      outcomes[i] := "synckeep".append(p_scopes[i], p_apps[i], p_users[i], p_devices[i], p_batches[i], p_tags[i], p_nows[i],
        p_key_versions[i], p_bytes_limits[i], p_bytes[i], p_entries[i], p_bases[i]::json, NULL,
        p_counts[i], p_ops[first:last], p_tables[first:last], p_rows[first:last], p_timestamps[first:last],
        p_blobs[first:last], p_data[first:last]);
    ELSE
      outcomes[i] := '{"refusal": "busy"}';
    END IF;
  END LOOP;
  RETURN array_to_json(outcomes);
END
$$;
CREATE FUNCTION synckeep.begin_write() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('synchronous_commit') IN ('off', 'local', 'remote_write') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  PERFORM set_config('lock_timeout', '10s', true);
END
$$;
CREATE FUNCTION synckeep.check_base(p_scope uuid, p_device integer, p_base json, p_scanned json, p_tables text[], p_rows text[]) RETURNS json
    LANGUAGE plpgsql
    AS $$
DECLARE
  s "synckeep".scope;
  d "synckeep".device;
  place record;
  base bigint;
  scan_from bigint;
  newest_foreign bigint;
  indexes integer[] := '{}';
BEGIN
  IF p_base->>'kind' = 'missing' THEN RETURN json_build_object('refusal', 'base_required'); END IF;
  SELECT * INTO s FROM "synckeep".scope t WHERE t.scope = p_scope;
  SELECT * INTO d FROM "synckeep".device t WHERE t.scope = p_scope AND t.number = p_device;
  place := "synckeep".start_place(s, d, p_base->>'kind', p_base->>'epoch', (p_base->>'position')::bigint,
    (p_base->>'tag')::integer, (p_base->>'own')::bigint, (p_base->>'floor')::bigint);
  IF place.expired IS NOT NULL THEN
    RETURN json_build_object('refusal', 'cursor_expired', 'reason', place.expired);
  END IF;
  base := place.position;
  scan_from := base;
  newest_foreign := greatest(s.compacted, CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END);
  IF (p_scanned->>'log')::integer = s.log AND (p_scanned->>'from')::bigint = base THEN
    scan_from := (p_scanned->>'upTo')::bigint;
    indexes := ARRAY(SELECT json_array_elements_text(p_scanned->'clashes')::integer);
  END IF;
  IF scan_from < newest_foreign THEN
    IF newest_foreign - scan_from > 10000 THEN
      RETURN json_build_object('refusal', 'scan', 'log', s.log, 'device', d.number, 'from', base, 'upTo', newest_foreign);
    END IF;
    indexes := indexes || "synckeep".clashes(p_scope, s.log, d.number, scan_from, newest_foreign, p_tables, p_rows);
  END IF;
  IF cardinality(indexes) > 0 THEN RETURN json_build_object('refusal', 'row_changed', 'indexes', indexes); END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION synckeep.clashes(p_scope uuid, p_log integer, p_device integer, p_after bigint, p_upto bigint, p_tables text[], p_rows text[]) RETURNS integer[]
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(array_agg(DISTINCT (pushed.index - 1)::integer), '{}')
  FROM "synckeep".change c
  JOIN unnest(p_tables, p_rows) WITH ORDINALITY AS pushed (table_name, row_id, index)
    ON pushed.row_id = c.row_id AND pushed.table_name = c.table_name
  WHERE c.scope = p_scope AND c.log = p_log AND c.position > p_after AND c.position <= p_upto AND (c.device <> p_device
      OR c.position <= (SELECT s.compacted FROM "synckeep".scope s WHERE s.scope = p_scope AND s.log = p_log))
$$;
CREATE FUNCTION synckeep.compact(p_scope uuid, p_app uuid, p_user uuid, p_now bigint, p_keep_from bigint, p_active_since bigint, p_limit integer, p_milliseconds integer) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  s "synckeep".scope;
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
  SELECT * INTO s FROM "synckeep".scope t
    WHERE t.scope = p_scope AND t.app_id = p_app AND t.user_id = p_user AND NOT t.erasing AND NOT t.held;
  c := "synckeep".compaction_range(s, p_now, p_keep_from, p_active_since);
  is_idle := s.scope IS NULL OR NOT c.is_due AND (s.target_version <> 0 OR c.walked >= c.horizon AND NOT EXISTS (
    SELECT FROM "synckeep".tombstone t WHERE t.scope = p_scope AND t.log = s.log
      AND t.position > s.floor AND t.position <= least(c.walked, c.horizon, c.passed)
  ));
  IF NOT is_idle THEN
    PERFORM set_config('lock_timeout', '10s', true), set_config('synchronous_commit', 'off', true);
    SELECT * INTO s FROM "synckeep".scope t WHERE t.scope = p_scope AND NOT t.erasing AND NOT t.held FOR NO KEY UPDATE;
    is_idle := s.scope IS NULL;
  END IF;
  IF is_idle THEN
    RETURN json_build_object('removed', 0, 'removedBytes', 0, 'tombstones', 0,
      'state', CASE WHEN s.target_version <> 0 THEN 'paused' ELSE 'done' END);
  END IF;
  until := clock_timestamp() + p_milliseconds * interval '1 millisecond';
  c := "synckeep".compaction_range(s, p_now, p_keep_from, p_active_since);
  is_over := s.target_version <> 0;
  new_floor := s.floor;
  WHILE c.walked < c.horizon AND NOT is_over LOOP
    size := least(100, p_limit - looked);
    -- The next changes, each with the one that it supersedes, until those hold a mebibyte of data.
    WITH next AS MATERIALIZED (
      SELECT t.position, t.op, t.table_name, t.row_id
      FROM "synckeep".change t
      WHERE t.scope = p_scope AND t.log = s.log AND t.position > c.walked AND t.position <= c.horizon
      ORDER BY t.position LIMIT size
    ), paired AS MATERIALIZED (
      SELECT n.*, coalesce(lag(n.position) OVER (PARTITION BY n.table_name, n.row_id ORDER BY n.position), (
          SELECT v.position FROM "synckeep".survivor v
          WHERE v.scope = p_scope AND v.log = s.log AND v.table_name = n.table_name AND v.row_id = n.row_id
        )) AS former
      FROM next n
    ), weighed AS (
      SELECT p.*, f.bytes, row_number() OVER by_position AS nth, sum(f.bytes) OVER by_position AS sum
      FROM paired p LEFT JOIN LATERAL (
        SELECT octet_length(t.data) AS bytes FROM "synckeep".change t
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
      DELETE FROM "synckeep".change t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.former)
    ), no_tombstones AS (
      DELETE FROM "synckeep".tombstone t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.former)
    ), last AS MATERIALIZED (
      SELECT DISTINCT ON (w.table_name, w.row_id) w.*
      FROM unnest(slice.tables, slice.rows, slice.positions, slice.ops) AS w (table_name, row_id, position, op)
      ORDER BY w.table_name, w.row_id, w.position DESC
    ), new_tombstones AS (
      INSERT INTO "synckeep".tombstone (scope, log, position)
        SELECT p_scope, s.log, last.position FROM last WHERE last.op = 2
    )
    INSERT INTO "synckeep".survivor (scope, log, table_name, row_id, position)
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
        SELECT t.position FROM "synckeep".tombstone t WHERE t.scope = p_scope AND t.log = s.log
          AND t.position > new_floor AND t.position <= least(c.walked, c.horizon, c.passed)
        ORDER BY t.position LIMIT size
      ) AS t CROSS JOIN LATERAL (
        SELECT d.table_name, d.row_id, octet_length(d.data) AS bytes
        FROM "synckeep".change d WHERE d.scope = p_scope AND d.log = s.log AND d.position = t.position LIMIT 1
      ) AS d
      WINDOW by_position AS (ORDER BY t.position)
    )
    SELECT count(*)::integer AS count, max(n.position) AS last, array_agg(n.position) AS positions,
        array_agg(n.table_name) AS tables, array_agg(n.row_id) AS rows, coalesce(sum(n.bytes), 0) AS bytes,
        count(n.bytes) AS entries
      INTO slice FROM next n WHERE n.nth = 1 OR n.sum IS NULL OR n.sum <= 1048576;
    EXIT WHEN slice.count = 0;
    DELETE FROM "synckeep".change t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.positions);
    DELETE FROM "synckeep".tombstone t WHERE t.scope = p_scope AND t.log = s.log AND t.position = ANY (slice.positions);
    FOR i IN 1 .. slice.count LOOP
      DELETE FROM "synckeep".survivor v WHERE v.scope = p_scope AND v.log = s.log
        AND v.table_name = slice.tables[i] AND v.row_id = slice.rows[i];
    END LOOP;
    looked := looked + slice.count;
    tombstones := tombstones + slice.count;
    freed_bytes := freed_bytes + slice.bytes;
    freed_entries := freed_entries + slice.entries;
    new_floor := slice.last;
    is_over := looked >= p_limit OR clock_timestamp() >= until;
  END LOOP;
  INSERT INTO "synckeep".compaction (scope, log, walked, marked_at, marked_position)
    VALUES (p_scope, s.log, c.walked, c.marked_at, c.marked_position)
    ON CONFLICT (scope) DO UPDATE SET log = excluded.log, walked = excluded.walked, marked_at = excluded.marked_at,
      marked_position = excluded.marked_position;
  IF superseded + tombstones > 0 THEN
    UPDATE "synckeep".scope t SET floor = new_floor, total_changes = t.total_changes - superseded - tombstones,
        compacted = CASE superseded WHEN 0 THEN t.compacted ELSE greatest(t.compacted, c.horizon) END,
        data_bytes = t.data_bytes - freed_bytes, data_entries = t.data_entries - freed_entries
      WHERE t.scope = p_scope;
  END IF;
  RETURN json_build_object('removed', superseded + tombstones, 'removedBytes', freed_bytes, 'tombstones', tombstones,
    'state', CASE WHEN s.target_version <> 0 THEN 'paused' WHEN is_over THEN 'more' ELSE 'done' END);
END
$$;
CREATE TABLE synckeep.scope (
    scope uuid NOT NULL,
    app_id uuid NOT NULL,
    user_id uuid NOT NULL,
    head bigint DEFAULT 0 NOT NULL,
    other_head bigint DEFAULT 0 NOT NULL,
    floor bigint DEFAULT 0 NOT NULL,
    total_changes bigint DEFAULT 0 NOT NULL,
    data_bytes bigint DEFAULT 0 NOT NULL,
    data_entries bigint DEFAULT 0 NOT NULL,
    blob_bytes bigint DEFAULT 0 NOT NULL,
    target_entries bigint DEFAULT 0 NOT NULL,
    unreadable_entries bigint DEFAULT 0 NOT NULL,
    log integer DEFAULT 1 NOT NULL,
    last_device integer DEFAULT 0 NOT NULL,
    head_tag integer DEFAULT 0 NOT NULL,
    head_device integer DEFAULT 0 NOT NULL,
    key_version integer DEFAULT 0 NOT NULL,
    last_key_version integer DEFAULT 0 NOT NULL,
    key_revision integer DEFAULT 0 NOT NULL,
    target_version integer DEFAULT 0 NOT NULL,
    rotated boolean DEFAULT false NOT NULL,
    aborting boolean DEFAULT false NOT NULL,
    leftovers boolean DEFAULT false NOT NULL,
    erasing boolean DEFAULT false NOT NULL,
    held boolean DEFAULT false NOT NULL,
    sealed boolean DEFAULT false NOT NULL,
    epoch text NOT NULL,
    import_id text,
    import_run text,
    compacted bigint DEFAULT 0 NOT NULL,
    epoch_start bigint DEFAULT 0 NOT NULL,
    unnamed bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='60');
CREATE FUNCTION synckeep.compaction_range(s synckeep.scope, p_now bigint, p_keep_from bigint, p_active_since bigint, OUT walked bigint, OUT horizon bigint, OUT passed bigint, OUT is_due boolean, OUT marked_at bigint[], OUT marked_position bigint[]) RETURNS record
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  newest record;
  is_grown boolean;
BEGIN
  SELECT c.walked, c.marked_at, c.marked_position INTO walked, marked_at, marked_position
    FROM "synckeep".compaction c WHERE c.scope = s.scope AND c.log = s.log;
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
    FROM "synckeep".device d
    WHERE d.scope = s.scope AND NOT d.removed AND d.presented_epoch IS NOT NULL
      AND greatest(d.presented_at, d.last_seen_at) >= p_active_since;
END
$$;
CREATE FUNCTION synckeep.expiry(s synckeep.scope, p_epoch text, p_position bigint, p_tag integer, p_floor bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  IF p_position < s.floor AND p_floor < s.floor THEN RETURN 'compacted'; END IF;
  RETURN "synckeep".other_log(s, p_epoch, p_position, p_tag, p_floor);
END
$$;
CREATE TABLE synckeep.device (
    scope uuid NOT NULL,
    number integer NOT NULL,
    log integer NOT NULL,
    presented_tag integer DEFAULT 0 NOT NULL,
    removed boolean DEFAULT false NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    last_push bigint DEFAULT 0 NOT NULL,
    presented_position bigint DEFAULT 0 NOT NULL,
    presented_own bigint DEFAULT 0 NOT NULL,
    presented_floor bigint DEFAULT 0 NOT NULL,
    presented_at bigint DEFAULT 0 NOT NULL,
    presented_epoch text,
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    platform text NOT NULL,
    installation_id text COLLATE pg_catalog."C",
    session text
)
WITH (fillfactor='60');
CREATE FUNCTION synckeep.named_place(s synckeep.scope, d synckeep.device, p_kind text, p_epoch text, p_position bigint, p_tag integer, p_own bigint, p_floor bigint, OUT expired text, OUT epoch text, OUT "position" bigint, OUT tag integer, OUT own bigint, OUT floor bigint) RETURNS record
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  IF p_kind = 'start' THEN RETURN; END IF;
  IF p_kind = 'place' THEN
    epoch := p_epoch; "position" := p_position; tag := p_tag; own := p_own; floor := p_floor;
  ELSE
    IF p_kind = 'presented' AND p_epoch IS NOT NULL THEN
      expired := "synckeep".other_log(s, p_epoch, p_position, p_tag, p_floor);
      IF expired IS NOT NULL THEN RETURN; END IF;
    END IF;
    epoch := d.presented_epoch; "position" := d.presented_position; tag := d.presented_tag;
    own := d.presented_own; floor := d.presented_floor;
    IF p_kind = 'position' THEN
      IF epoch IS NULL THEN
        -- A device that presented nothing since the last reset can only have it from before.
        SELECT e.epoch INTO epoch FROM "synckeep".ended_epoch e WHERE e.scope = s.scope LIMIT 1;
        epoch := coalesce(epoch, '0000000000000000'); own := 0; floor := 0;
      END IF;
      "position" := p_position; tag := 0;
    END IF;
    IF epoch IS NULL THEN RETURN; END IF;
  END IF;
  expired := "synckeep".expiry(s, epoch, "position", tag, floor);
END
$$;
CREATE FUNCTION synckeep.other_log(s synckeep.scope, p_epoch text, p_position bigint, p_tag integer, p_floor bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  stored integer;
BEGIN
  IF p_epoch <> s.epoch THEN
    IF EXISTS (SELECT FROM "synckeep".ended_epoch e WHERE e.scope = s.scope AND e.epoch = p_epoch) THEN RETURN 'reset'; END IF;
    RETURN CASE WHEN p_floor < s.floor AND s.epoch_start < s.floor THEN 'compacted' ELSE 'restored' END;
  END IF;
  IF p_position > s.head THEN RETURN 'restored'; END IF;
  IF p_tag = 0 THEN RETURN NULL; END IF;
  stored := "synckeep".tag_at(s, p_position);
  RETURN CASE WHEN stored = 0 OR stored = p_tag THEN NULL ELSE 'restored' END;
END
$$;
CREATE FUNCTION synckeep.read_page(p_scope uuid, p_app uuid, p_user uuid, p_device text, p_after text, p_epoch text, p_position bigint, p_tag integer, p_own bigint, p_floor bigint, p_include_own boolean, p_limit integer, p_inline bigint, p_max_scan bigint) RETURNS TABLE("position" bigint, device integer, tag integer, key_version integer, op smallint, table_name text, row_id text, "timestamp" text, blobs text, bytes integer, data text)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
  v record;
BEGIN
  SELECT s.log, s.head, d.number AS device, start.epoch, start.position, start.tag, start.floor, start.expired,
      CASE WHEN p_include_own THEN s.head ELSE start.own END AS own,
      ending.scanned,
      CASE s.head_device WHEN d.number THEN s.head ELSE d.last_push END AS last_push,
      CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END AS newest_foreign,
      "synckeep".tag_at(s, ending.scanned) AS scanned_tag,
      d.presented_epoch, d.presented_position, d.presented_own, d.presented_floor, d.presented_at, d.last_seen_at
    INTO v FROM "synckeep".scope s
    JOIN "synckeep".device d ON d.scope = s.scope
    CROSS JOIN LATERAL "synckeep".start_place(s, d, p_after, p_epoch, p_position, p_tag, p_own, p_floor) AS start
    CROSS JOIN LATERAL (SELECT CASE WHEN start.position + p_max_scan >= s.head THEN s.head ELSE coalesce((
        SELECT c.position - 1 FROM "synckeep".change c
        WHERE c.scope = p_scope AND c.log = s.log AND c.position > start.position + p_max_scan
        ORDER BY c.position LIMIT 1
      ), s.head) END) AS ending (scanned)
    WHERE s.scope = p_scope AND s.app_id = p_app AND s.user_id = p_user AND NOT s.erasing AND NOT s.held
      AND d.scope = p_scope AND d.id = p_device AND NOT d.removed;
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT NULL::bigint, NULL::integer, NULL::integer, NULL::integer, NULL::smallint, NULL::text,
    NULL::text, NULL::text, NULL::text, NULL::integer, row_to_json(v)::text;
  RETURN QUERY
    SELECT c.position, c.device, c.tag, c.key_version, c.op, c.table_name, c.row_id, c.timestamp, c.blobs,
      octet_length(c.data), CASE WHEN octet_length(c.data) <= p_inline THEN c.data END
    FROM "synckeep".change c
    WHERE v.expired IS NULL AND c.scope = p_scope AND c.log = v.log AND c.position > v.position
      AND c.position <= v.scanned AND (c.device <> v.device OR c.position <= v.own)
    ORDER BY c.position LIMIT p_limit + 1;
END
$$;
CREATE FUNCTION synckeep.reserved_bytes(p_scope uuid, p_now bigint) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(sum(size), 0)::bigint FROM
    (SELECT max(size_bytes) AS size FROM "synckeep".reservation
     WHERE scope = p_scope AND expires_at > p_now GROUP BY hash) AS largest
$$;
CREATE FUNCTION synckeep.start_place(s synckeep.scope, d synckeep.device, p_kind text, p_epoch text, p_position bigint, p_tag integer, p_own bigint, p_floor bigint, OUT expired text, OUT epoch text, OUT "position" bigint, OUT tag integer, OUT own bigint, OUT floor bigint) RETURNS record
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  -- What most pulls are: a place of this log as it is, above its floor.
  IF p_kind = 'place' AND p_epoch = s.epoch AND p_position BETWEEN s.floor AND s.head
    AND (p_tag = 0 OR p_tag = "synckeep".tag_at(s, p_position)) THEN
    epoch := p_epoch; "position" := p_position; tag := p_tag; own := p_own; floor := p_floor;
    RETURN;
  END IF;
  SELECT n.* INTO expired, epoch, "position", tag, own, floor
    FROM "synckeep".named_place(s, d, p_kind, p_epoch, p_position, p_tag, p_own, p_floor) AS n;
  IF expired IS NULL AND epoch IS NULL THEN
    epoch := s.epoch; "position" := 0; tag := 0; own := s.head; floor := s.floor;
  END IF;
END
$$;
CREATE FUNCTION synckeep.tag_at(s synckeep.scope, p_position bigint) RETURNS integer
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  IF p_position = s.head THEN RETURN s.head_tag; END IF;
  IF p_position <= 0 OR p_position > s.head THEN RETURN 0; END IF;
  RETURN coalesce((SELECT c.tag FROM "synckeep".change c
    WHERE c.scope = s.scope AND c.log = s.log AND c.position = p_position), 0);
END
$$;
CREATE FUNCTION synckeep.touch_blobs(p_scope uuid, p_blobs text[], p_now bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE "synckeep".blob t SET touched_at = p_now
    WHERE t.scope = p_scope AND t.hash = ANY (string_to_array(array_to_string(p_blobs, ' '), ' '))
      AND (t.touched_at IS NULL OR t.touched_at <= p_now - 3600000);
END
$$;
CREATE TABLE synckeep.batch (
    scope uuid NOT NULL,
    log integer NOT NULL,
    device integer NOT NULL,
    received_at bigint NOT NULL,
    "position" bigint NOT NULL,
    floor bigint NOT NULL,
    tag integer NOT NULL,
    accepted integer NOT NULL,
    epoch text NOT NULL,
    batch_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE synckeep.blob (
    scope uuid NOT NULL,
    size_bytes bigint NOT NULL,
    hash text NOT NULL COLLATE pg_catalog."C",
    object_key text NOT NULL COLLATE pg_catalog."C",
    touched_at bigint
);
CREATE TABLE synckeep.change (
    scope uuid NOT NULL,
    log integer NOT NULL,
    device integer NOT NULL,
    "position" bigint NOT NULL,
    tag integer NOT NULL,
    key_version integer,
    op smallint NOT NULL,
    table_name text NOT NULL COLLATE pg_catalog."C",
    row_id text NOT NULL COLLATE pg_catalog."C",
    "timestamp" text NOT NULL,
    blobs text,
    data text
);
ALTER TABLE ONLY synckeep.change ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TABLE synckeep.compaction (
    scope uuid NOT NULL,
    log integer NOT NULL,
    walked bigint NOT NULL,
    marked_at bigint[] NOT NULL,
    marked_position bigint[] NOT NULL
);
CREATE TABLE synckeep.discarded (
    object_key text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE synckeep.dropped_log (
    scope uuid NOT NULL,
    log integer NOT NULL
);
CREATE TABLE synckeep.ended_epoch (
    scope uuid NOT NULL,
    epoch text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE synckeep.envelope (
    scope uuid NOT NULL,
    envelope text NOT NULL,
    etag text NOT NULL,
    target_envelope text,
    target_etag text
);
CREATE TABLE synckeep.migration (
    number integer NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE synckeep.past_key (
    scope uuid NOT NULL,
    number integer NOT NULL,
    replaced_at bigint NOT NULL,
    key_version integer NOT NULL,
    reason text NOT NULL,
    envelope text NOT NULL
);
CREATE TABLE synckeep.record (
    kind text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    expires_at bigint,
    value text NOT NULL
);
CREATE TABLE synckeep.record_index (
    kind text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    is_unique boolean NOT NULL,
    value text COLLATE pg_catalog."C"
);
CREATE TABLE synckeep.replaced (
    scope uuid NOT NULL,
    log integer NOT NULL,
    target integer NOT NULL,
    "position" bigint NOT NULL,
    key_version integer,
    data text
);
ALTER TABLE ONLY synckeep.replaced ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TABLE synckeep.reservation (
    scope uuid NOT NULL,
    number integer NOT NULL,
    size_bytes bigint NOT NULL,
    made_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    hash text NOT NULL COLLATE pg_catalog."C",
    object_key text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE synckeep.survivor (
    scope uuid NOT NULL,
    log integer NOT NULL,
    "position" bigint NOT NULL,
    table_name text NOT NULL COLLATE pg_catalog."C",
    row_id text NOT NULL COLLATE pg_catalog."C"
)
WITH (fillfactor='80');
CREATE TABLE synckeep.tombstone (
    scope uuid NOT NULL,
    log integer NOT NULL,
    "position" bigint NOT NULL
);
INSERT INTO synckeep.batch VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 1796005369968, 3, 0, -1865378373, 3, 'e2f087a469b87319', '5a19626c-dd41-4486-89c8-b2329221c514');
INSERT INTO synckeep.batch VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 1796005370023, 5, 0, -1008615327, 2, 'e2f087a469b87319', 'a7695439-7a41-4455-8728-abc3e2be9d40');
INSERT INTO synckeep.change VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 5, -1008615327, 1, 2, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, NULL);
INSERT INTO synckeep.change VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 1, -1865378373, 2, 0, 'notes', 'a', '2026-03-13T10:05:00.123Z', NULL, 'AAECAwQ=, again');
INSERT INTO synckeep.change VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 2, -1865378373, 2, 0, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'Text ö 😀 "\, again');
INSERT INTO synckeep.change VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 3, -1865378373, 2, 0, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, 'c, again');
INSERT INTO synckeep.change VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 4, -1008615327, 2, 1, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'BBBB, again');
INSERT INTO synckeep.device VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1, 0, false, 1796005369827, 1796005369827, 0, 0, 0, 0, 0, NULL, 'f4ae9d4e-032d-4e15-bfef-d52783bbc4a8', 'Laptop', 'linux', NULL, 'b1331252-bb1d-4025-b0be-583659906337');
INSERT INTO synckeep.device VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 2, 1, 0, false, 1796005369867, 1796005369867, 0, 0, 5, 0, 1796005370139, 'e2f087a469b87319', '5664b8c1-98d5-43db-94ae-8f2a8003d0e3', 'Phone', 'linux', NULL, 'b1331252-bb1d-4025-b0be-583659906337');
INSERT INTO synckeep.envelope VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 'the second envelope', '2a60581cee55f575', NULL, NULL);
INSERT INTO synckeep.migration VALUES (1, 'tables', '74bf44fd2744c32c9550a29903b297d32e2378014b0b1d8c189e0c90a32643af', '2026-11-30 02:22:46.143027+00');
INSERT INTO synckeep.migration VALUES (2, 'functions', 'cd1e1679aa38b174b447e129268f8d9804f52fb36e3bad895bd4ba8ebf42460e', '2026-11-30 02:22:46.143027+00');
INSERT INTO synckeep.migration VALUES (3, 'append-together', 'ae0f03e8a8946d157aa85049c09b6622d8ae296ddf2a943ece51ebb9847e2400', '2026-11-30 02:22:46.143027+00');
INSERT INTO synckeep.migration VALUES (4, 'compaction', 'c95ff1d39039a8a6eb45e720b44ac6628597e88a20d570299c4fbfc017632f8e', '2026-11-30 02:22:46.143027+00');
INSERT INTO synckeep.migration VALUES (5, 'unique-values', 'e55030db91c48f4ed4c511901120bda584611fbe0134cd315912d46b6d46a7b6', '2026-11-30 02:22:46.143027+00');
INSERT INTO synckeep.migration VALUES (6, 'touched-blobs', '87acb1959b0bcffd832c9ba48c49b247353b8756a85971b07f78ca521d151e4c', '2026-11-30 02:22:46.143027+00');
INSERT INTO synckeep.past_key VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', 1, 1796005370125, 1, 'rotated', 'the first envelope');
INSERT INTO synckeep.record VALUES ('secret', 'signing', 1, NULL, '{"secrets":[{"id":"89dfeaeec783","hex":"f0ecaabb1b447ced23ac82bd0ea5f9874da77cfe094b9c8ad33126e15761745a"}]}');
INSERT INTO synckeep.record VALUES ('app', '425c10af-4679-4150-9e84-5360f534160e', 1, NULL, '{"id":"425c10af-4679-4150-9e84-5360f534160e","name":"Notes","createdAt":1796005366736,"keys":[{"digest":"ea1b9b04bcf9b67a1858cba221f2ce406d0a9e8cd5d2b39a1bae0fe09a77e0bb","prefix":"sk_2dd54bb","generation":1,"validUntil":null}],"paused":false,"origins":[],"redirects":[],"link":null,"blobLimit":null,"bytesLimit":null,"dialect":"standard","requireBase":false,"compaction":null,"collectBlobs":null,"registration":"closed"}');
INSERT INTO synckeep.record VALUES ('audit', '8203994633263-fffffe160dba65dd', 1, 1827541366736, '{"at":1796005366736,"actor":{"kind":"operator","id":null},"action":"app.create","appId":"425c10af-4679-4150-9e84-5360f534160e","subject":{"kind":"app","id":"425c10af-4679-4150-9e84-5360f534160e"},"address":null,"details":{}}');
INSERT INTO synckeep.record VALUES ('user', '903508bc-8e08-4b50-889e-56d510e7f78d', 1, NULL, '{"email":"somebody@example.org","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$IkTCoG+VznrQ5Gt1u+RKpg$ITmueuu2k5fsQIRyf+QwDVo7svHXxvwaHpIDwM0//3Q","generation":1,"disabled":false,"createdAt":1796005367867,"verifiedAt":null}');
INSERT INTO synckeep.record VALUES ('audit', '8203994632131-fffffe562e999d23', 1, 1827541367868, '{"at":1796005367868,"actor":{"kind":"operator","id":null},"action":"user.create","appId":null,"subject":{"kind":"user","id":"903508bc-8e08-4b50-889e-56d510e7f78d"},"address":null,"details":{}}');
INSERT INTO synckeep.record VALUES ('setup-link', '0c23e32bfd606f4796022990f08c9cd4409209f3ee985d25c326c1c11f8baa4b', 1, 1796091769398, '{"createdAt":1796005369398}');
INSERT INTO synckeep.record VALUES ('session', 'b1331252-bb1d-4025-b0be-583659906337', 1, 1796610169667, '{"userId":"903508bc-8e08-4b50-889e-56d510e7f78d","appId":"425c10af-4679-4150-9e84-5360f534160e","createdAt":1796005369667,"endsAt":1803781369667,"key":null,"isRefreshable":false}');
INSERT INTO synckeep.record VALUES ('audit', '8203994630349-fffffe81c77617b2', 1, 1827541369650, '{"at":1796005369650,"appId":"425c10af-4679-4150-9e84-5360f534160e","action":"login","actor":{"kind":"user","id":"903508bc-8e08-4b50-889e-56d510e7f78d"},"subject":{"kind":"user","id":"903508bc-8e08-4b50-889e-56d510e7f78d"},"address":"127.0.0.1","details":{}}');
INSERT INTO synckeep.record VALUES ('known-places', '903508bc-8e08-4b50-889e-56d510e7f78d', 1, 1803781369695, '{"places":[{"digest":"cc2edc51890143a59378efc4a7430a763786820858b63e85f3be540c583b4f40","lastLogin":1796005369695}]}');
INSERT INTO synckeep.record VALUES ('salt', 'pseudonym', 1, NULL, '{"hex":"37513ef07b12c34a3b1d053334344ca7c4be4ae84608dd6a9b251a22419aa6a5"}');
INSERT INTO synckeep.record VALUES ('usage', 'hour/01796004000000/', 1, 1798682400000, '{"step":"hour","appId":null,"point":{"at":1796004000000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":12,"errors":0,"devices":"63715lc2","streams":{}}}');
INSERT INTO synckeep.record VALUES ('usage', 'day/01795996800000/', 1, 1830556800000, '{"step":"day","appId":null,"point":{"at":1795996800000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":12,"errors":0,"devices":"63715lc2","streams":{}}}');
INSERT INTO synckeep.record VALUES ('usage', 'hour/01796004000000/425c10af-4679-4150-9e84-5360f534160e', 1, 1798682400000, '{"step":"hour","appId":"425c10af-4679-4150-9e84-5360f534160e","point":{"at":1796004000000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"63715lc2","streams":{}}}');
INSERT INTO synckeep.record VALUES ('usage', 'day/01795996800000/425c10af-4679-4150-9e84-5360f534160e', 1, 1830556800000, '{"step":"day","appId":"425c10af-4679-4150-9e84-5360f534160e","point":{"at":1795996800000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"63715lc2","streams":{}}}');
INSERT INTO synckeep.record VALUES ('usage-user', '425c10af-4679-4150-9e84-5360f534160e/903508bc-8e08-4b50-889e-56d510e7f78d', 1, 1798683770231, '{"appId":"425c10af-4679-4150-9e84-5360f534160e","userId":"903508bc-8e08-4b50-889e-56d510e7f78d","isNearlyFull":false,"hour":[{"at":1796004000000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"63715lc2","streams":{}}],"day":[{"at":1795996800000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"63715lc2","streams":{}}]}');
INSERT INTO synckeep.record_index VALUES ('app', 'key', '\x1375c4886b6e5578a363cc8795ab1bb3349f9b16aac9aee378de99919e6445a3', '425c10af-4679-4150-9e84-5360f534160e', false, NULL);
INSERT INTO synckeep.record_index VALUES ('app', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '425c10af-4679-4150-9e84-5360f534160e', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '8203994633263-fffffe160dba65dd', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'action', '\x5bb8664fe3dc2bcd55aa67b833a8c9227a6e48479a6b7859b0442da38e738c1f', '8203994633263-fffffe160dba65dd', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'mentions', '\x2bcdf237b079e2519ca8526088d171274babd76a85d8928e511bfc6fd9ffb386', '8203994633263-fffffe160dba65dd', false, NULL);
INSERT INTO synckeep.record_index VALUES ('user', 'email', '\x0fde5165353d19469befff4684fdf628a47c12775389b7eb899717203738266f', '903508bc-8e08-4b50-889e-56d510e7f78d', true, 'somebody@example.org');
INSERT INTO synckeep.record_index VALUES ('user', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '903508bc-8e08-4b50-889e-56d510e7f78d', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '8203994632131-fffffe562e999d23', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'action', '\xccf261c62e8553ce53b4a8e5828873b728ef1164307ad886dbcbadf5109d1ccb', '8203994632131-fffffe562e999d23', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'mentions', '\x96c8c550ba9fe5e5e991a60ffa04ce23454298671771bac2e777e1096fdf6435', '8203994632131-fffffe562e999d23', false, NULL);
INSERT INTO synckeep.record_index VALUES ('setup-link', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '0c23e32bfd606f4796022990f08c9cd4409209f3ee985d25c326c1c11f8baa4b', false, NULL);
INSERT INTO synckeep.record_index VALUES ('session', 'user', '\x96c8c550ba9fe5e5e991a60ffa04ce23454298671771bac2e777e1096fdf6435', 'b1331252-bb1d-4025-b0be-583659906337', false, NULL);
INSERT INTO synckeep.record_index VALUES ('session', 'app', '\x2bcdf237b079e2519ca8526088d171274babd76a85d8928e511bfc6fd9ffb386', 'b1331252-bb1d-4025-b0be-583659906337', false, NULL);
INSERT INTO synckeep.record_index VALUES ('session', 'scope', '\xea2df5c008b255453717017590bd147be78476493c96501491c7a00d29b6a609', 'b1331252-bb1d-4025-b0be-583659906337', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '8203994630349-fffffe81c77617b2', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'action', '\x428821350e9691491f616b754cd8315fb86d797ab35d843479e732ef90665324', '8203994630349-fffffe81c77617b2', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'mentions', '\x96c8c550ba9fe5e5e991a60ffa04ce23454298671771bac2e777e1096fdf6435', '8203994630349-fffffe81c77617b2', false, NULL);
INSERT INTO synckeep.record_index VALUES ('audit', 'mentions', '\x2bcdf237b079e2519ca8526088d171274babd76a85d8928e511bfc6fd9ffb386', '8203994630349-fffffe81c77617b2', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage', 'series', '\x524e57f388dccec2e1df32cd34347b16242c6397d43482fc6556fd7963453b9f', 'hour/01796004000000/', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage', 'series', '\x5ec3abfc71a85b7261f6c77aff91759121175ae3536ef7cfe98377395c0c623b', 'day/01795996800000/', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage', 'series', '\x3e513d750775be721af949863e22d5380b2f3fdf644dbf44dbf6979d2bf70ec4', 'hour/01796004000000/425c10af-4679-4150-9e84-5360f534160e', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage', 'app', '\x2bcdf237b079e2519ca8526088d171274babd76a85d8928e511bfc6fd9ffb386', 'hour/01796004000000/425c10af-4679-4150-9e84-5360f534160e', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage', 'series', '\x893b1a38f5bec12c0f4bd39d0a3b27a8639c551c5182677ab069ffb3345ed9c7', 'day/01795996800000/425c10af-4679-4150-9e84-5360f534160e', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage', 'app', '\x2bcdf237b079e2519ca8526088d171274babd76a85d8928e511bfc6fd9ffb386', 'day/01795996800000/425c10af-4679-4150-9e84-5360f534160e', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage-user', 'app', '\x2bcdf237b079e2519ca8526088d171274babd76a85d8928e511bfc6fd9ffb386', '425c10af-4679-4150-9e84-5360f534160e/903508bc-8e08-4b50-889e-56d510e7f78d', false, NULL);
INSERT INTO synckeep.record_index VALUES ('usage-user', 'user', '\x96c8c550ba9fe5e5e991a60ffa04ce23454298671771bac2e777e1096fdf6435', '425c10af-4679-4150-9e84-5360f534160e/903508bc-8e08-4b50-889e-56d510e7f78d', false, NULL);
INSERT INTO synckeep.scope VALUES ('c732ae12-0c8e-ee5f-20a3-82825741e1be', '425c10af-4679-4150-9e84-5360f534160e', '903508bc-8e08-4b50-889e-56d510e7f78d', 5, 0, 0, 5, 56, 4, 0, 0, 0, 1, 2, -1008615327, 1, 2, 2, 2, 0, true, false, false, false, false, false, 'e2f087a469b87319', NULL, NULL, 0, 0, 5);
ALTER TABLE ONLY synckeep.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (scope, log, device, batch_id);
ALTER TABLE ONLY synckeep.blob
    ADD CONSTRAINT blob_pkey PRIMARY KEY (scope, hash);
ALTER TABLE ONLY synckeep.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (scope, log, "position");
ALTER TABLE ONLY synckeep.compaction
    ADD CONSTRAINT compaction_pkey PRIMARY KEY (scope);
ALTER TABLE ONLY synckeep.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (scope, number);
ALTER TABLE ONLY synckeep.discarded
    ADD CONSTRAINT discarded_pkey PRIMARY KEY (object_key);
ALTER TABLE ONLY synckeep.dropped_log
    ADD CONSTRAINT dropped_log_pkey PRIMARY KEY (scope, log);
ALTER TABLE ONLY synckeep.ended_epoch
    ADD CONSTRAINT ended_epoch_pkey PRIMARY KEY (scope, epoch);
ALTER TABLE ONLY synckeep.envelope
    ADD CONSTRAINT envelope_pkey PRIMARY KEY (scope);
ALTER TABLE ONLY synckeep.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY synckeep.past_key
    ADD CONSTRAINT past_key_pkey PRIMARY KEY (scope, number);
ALTER TABLE ONLY synckeep.record_index
    ADD CONSTRAINT record_index_pkey PRIMARY KEY (kind, name, digest, key);
ALTER TABLE ONLY synckeep.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (kind, key);
ALTER TABLE ONLY synckeep.replaced
    ADD CONSTRAINT replaced_pkey PRIMARY KEY (scope, log, "position");
ALTER TABLE ONLY synckeep.reservation
    ADD CONSTRAINT reservation_pkey PRIMARY KEY (scope, hash, object_key);
ALTER TABLE ONLY synckeep.scope
    ADD CONSTRAINT scope_pkey PRIMARY KEY (scope);
ALTER TABLE ONLY synckeep.survivor
    ADD CONSTRAINT survivor_pkey PRIMARY KEY (scope, log, table_name, row_id);
ALTER TABLE ONLY synckeep.tombstone
    ADD CONSTRAINT tombstone_pkey PRIMARY KEY (scope, log, "position");
CREATE INDEX batch_received ON synckeep.batch USING brin (received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX blob_object ON synckeep.blob USING btree (object_key);
CREATE UNIQUE INDEX device_id ON synckeep.device USING btree (scope, id);
CREATE INDEX device_installation ON synckeep.device USING btree (scope, installation_id) WHERE ((NOT removed) AND (installation_id IS NOT NULL));
CREATE INDEX device_name ON synckeep.device USING btree (scope, name) WHERE ((NOT removed) AND (installation_id IS NULL));
CREATE INDEX past_key_replaced ON synckeep.past_key USING btree (replaced_at);
CREATE INDEX record_expires ON synckeep.record USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX record_index_key ON synckeep.record_index USING btree (kind, key);
CREATE INDEX record_index_value ON synckeep.record_index USING btree (kind, name, "left"(value, 500)) WHERE is_unique;
CREATE INDEX reservation_made ON synckeep.reservation USING btree (made_at);
CREATE INDEX reservation_object ON synckeep.reservation USING btree (object_key);
CREATE INDEX scope_held ON synckeep.scope USING btree (import_id, scope) WHERE held;
CREATE INDEX scope_leftovers ON synckeep.scope USING btree (scope) WHERE leftovers;
CREATE INDEX scope_owner ON synckeep.scope USING btree (app_id, user_id);
CREATE INDEX scope_user ON synckeep.scope USING btree (user_id, app_id);
