SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
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
        + CASE WHEN t.target_version <> 0 AND t.target_version = version THEN p_entries ELSE 0 END
    WHERE t.scope = p_scope;
  RETURN json_build_object('epoch', s.epoch, 'position', s.head + p_count, 'tag', p_tag, 'floor', s.floor,
    'accepted', p_count, 'replayed', false);
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
  newest_foreign := CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END;
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
  WHERE c.scope = p_scope AND c.log = p_log AND c.position > p_after AND c.position <= p_upto AND c.device <> p_device
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
    import_run text
)
WITH (fillfactor='60');
CREATE FUNCTION synckeep.expiry(s synckeep.scope, p_epoch text, p_position bigint, p_tag integer, p_floor bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  IF p_position < s.floor AND p_floor < s.floor THEN RETURN 'compacted'; END IF;
  RETURN "synckeep".other_log(s, p_epoch, p_position, p_tag);
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
      expired := "synckeep".other_log(s, p_epoch, p_position, p_tag);
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
CREATE FUNCTION synckeep.other_log(s synckeep.scope, p_epoch text, p_position bigint, p_tag integer) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  stored integer;
BEGIN
  IF p_epoch <> s.epoch THEN
    RETURN CASE WHEN EXISTS (SELECT FROM "synckeep".ended_epoch e WHERE e.scope = s.scope AND e.epoch = p_epoch)
      THEN 'reset' ELSE 'restored' END;
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
      least(s.head, start.position + p_max_scan) AS scanned,
      CASE s.head_device WHEN d.number THEN s.head ELSE d.last_push END AS last_push,
      CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END AS newest_foreign,
      "synckeep".tag_at(s, least(s.head, start.position + p_max_scan)) AS scanned_tag,
      d.presented_epoch, d.presented_position, d.presented_own, d.presented_floor, d.presented_at, d.last_seen_at
    INTO v FROM "synckeep".scope s
    JOIN "synckeep".device d ON d.scope = s.scope
    CROSS JOIN LATERAL "synckeep".start_place(s, d, p_after, p_epoch, p_position, p_tag, p_own, p_floor) AS start
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
    object_key text NOT NULL COLLATE pg_catalog."C"
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
    is_unique boolean NOT NULL
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
INSERT INTO synckeep.batch VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 1796002454904, 3, 0, -301680679, 3, '5624d855c8e94717', '777d0398-9d9b-4355-a896-57b834f6d867');
INSERT INTO synckeep.batch VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 1796002454939, 5, 0, -314069230, 2, '5624d855c8e94717', '42bc5856-8814-46b0-858a-3188e2a24ff1');
INSERT INTO synckeep.change VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 5, -314069230, 1, 2, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, NULL);
INSERT INTO synckeep.change VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 1, -301680679, 2, 0, 'notes', 'a', '2026-03-13T10:05:00.123Z', NULL, 'AAECAwQ=, again');
INSERT INTO synckeep.change VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 2, -301680679, 2, 0, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'Text ö 😀 "\, again');
INSERT INTO synckeep.change VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 3, -301680679, 2, 0, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, 'c, again');
INSERT INTO synckeep.change VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 4, -314069230, 2, 1, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'BBBB, again');
INSERT INTO synckeep.device VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1, 0, false, 1796002454564, 1796002454564, 0, 0, 0, 0, 0, NULL, '10d75967-1e8b-4ecf-9611-79dd99ca8aaf', 'Laptop', 'linux', NULL, 'c695afad-2f38-43f4-974d-0c2315151ad1');
INSERT INTO synckeep.device VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 2, 1, 0, false, 1796002454708, 1796002454708, 0, 0, 5, 0, 1796002455214, '5624d855c8e94717', '86c939ca-092a-4647-bd15-271a0f54ea7e', 'Phone', 'linux', NULL, 'c695afad-2f38-43f4-974d-0c2315151ad1');
INSERT INTO synckeep.envelope VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 'the second envelope', '4b84f465ea965a50', NULL, NULL);
INSERT INTO synckeep.migration VALUES (1, 'tables', '74bf44fd2744c32c9550a29903b297d32e2378014b0b1d8c189e0c90a32643af', '2026-11-30 01:34:07.249133+00');
INSERT INTO synckeep.migration VALUES (2, 'functions', 'cd1e1679aa38b174b447e129268f8d9804f52fb36e3bad895bd4ba8ebf42460e', '2026-11-30 01:34:07.249133+00');
INSERT INTO synckeep.past_key VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', 1, 1796002455171, 1, 'rotated', 'the first envelope');
INSERT INTO synckeep.record VALUES ('secret', 'signing', 1, NULL, '{"secrets":[{"id":"2c2e0a36a7fb","hex":"5c933b19a52e9e370293639dc7ca13fe1825d8e34e475b01b210f63a2caca9dc"}]}');
INSERT INTO synckeep.record VALUES ('app', '951331c9-ac4b-4e17-8bd3-ca4a514a9b3f', 2, NULL, '{"id":"951331c9-ac4b-4e17-8bd3-ca4a514a9b3f","name":"Notes","createdAt":1796002447915,"keys":[{"digest":"9d0fbb6fb1616eed7ff56905d6daf288eacf6fd78510738f129e59c3cb3db8f7","prefix":"sk_8568783","generation":1,"validUntil":null}],"paused":false,"origins":[],"redirects":[],"link":null,"blobLimit":null,"bytesLimit":null,"dialect":"standard","requireBase":false,"registration":"closed"}');
INSERT INTO synckeep.record VALUES ('user', 'f2c15fcd-54ae-495e-8266-687709bc81a6', 1, NULL, '{"email":"somebody@example.org","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$o0/PKj0ZwnKtuPfqAVdnlA$hphhJVc/oW22Bd1MPnFzBkQIn5FWZPozZygrORflEa8","generation":1,"disabled":false,"createdAt":1796002451279}');
INSERT INTO synckeep.record VALUES ('session', 'c695afad-2f38-43f4-974d-0c2315151ad1', 1, 1796607254305, '{"userId":"f2c15fcd-54ae-495e-8266-687709bc81a6","appId":"951331c9-ac4b-4e17-8bd3-ca4a514a9b3f","createdAt":1796002454305,"endsAt":1803778454305}');
INSERT INTO synckeep.record VALUES ('salt', 'pseudonym', 1, NULL, '{"hex":"27568822089de7898700199accb0f6e8c841251adf6775024cf7eea2f4f05670"}');
INSERT INTO synckeep.record_index VALUES ('app', 'key', '\x2cbde3ae981366bc6fcaa12118806a33387d069730ceaa035ee93febd22a5bcf', '951331c9-ac4b-4e17-8bd3-ca4a514a9b3f', false);
INSERT INTO synckeep.record_index VALUES ('app', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '951331c9-ac4b-4e17-8bd3-ca4a514a9b3f', false);
INSERT INTO synckeep.record_index VALUES ('user', 'email', '\x0fde5165353d19469befff4684fdf628a47c12775389b7eb899717203738266f', 'f2c15fcd-54ae-495e-8266-687709bc81a6', true);
INSERT INTO synckeep.record_index VALUES ('user', 'all', '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'f2c15fcd-54ae-495e-8266-687709bc81a6', false);
INSERT INTO synckeep.record_index VALUES ('session', 'user', '\x25fc772b8c029a115d4d8d93a51fa2d84e2cbf00103e61112eb326e8c727c5aa', 'c695afad-2f38-43f4-974d-0c2315151ad1', false);
INSERT INTO synckeep.record_index VALUES ('session', 'app', '\xe00021d19c4148b019f5fd969d85ec73d9a4be4e4b39391d8368628623891ba8', 'c695afad-2f38-43f4-974d-0c2315151ad1', false);
INSERT INTO synckeep.record_index VALUES ('session', 'scope', '\xe5ee921c2bfecb038c16ee1b28f35b25cbbe62888497b2e939e7fddbdba9fdca', 'c695afad-2f38-43f4-974d-0c2315151ad1', false);
INSERT INTO synckeep.scope VALUES ('1dba5752-a4b8-2b50-5294-93f38dbdf8ff', '951331c9-ac4b-4e17-8bd3-ca4a514a9b3f', 'f2c15fcd-54ae-495e-8266-687709bc81a6', 5, 0, 0, 5, 56, 4, 0, 0, 0, 1, 2, -314069230, 1, 2, 2, 2, 0, true, false, false, false, false, false, '5624d855c8e94717', NULL, NULL);
ALTER TABLE ONLY synckeep.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (scope, log, device, batch_id);
ALTER TABLE ONLY synckeep.blob
    ADD CONSTRAINT blob_pkey PRIMARY KEY (scope, hash);
ALTER TABLE ONLY synckeep.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (scope, log, "position");
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
CREATE INDEX batch_received ON synckeep.batch USING brin (received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX blob_object ON synckeep.blob USING btree (object_key);
CREATE UNIQUE INDEX device_id ON synckeep.device USING btree (scope, id);
CREATE INDEX device_installation ON synckeep.device USING btree (scope, installation_id) WHERE ((NOT removed) AND (installation_id IS NOT NULL));
CREATE INDEX device_name ON synckeep.device USING btree (scope, name) WHERE ((NOT removed) AND (installation_id IS NULL));
CREATE INDEX past_key_replaced ON synckeep.past_key USING btree (replaced_at);
CREATE INDEX record_expires ON synckeep.record USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX record_index_key ON synckeep.record_index USING btree (kind, key);
CREATE INDEX reservation_made ON synckeep.reservation USING btree (made_at);
CREATE INDEX reservation_object ON synckeep.reservation USING btree (object_key);
CREATE INDEX scope_held ON synckeep.scope USING btree (import_id, scope) WHERE held;
CREATE INDEX scope_leftovers ON synckeep.scope USING btree (scope) WHERE leftovers;
CREATE INDEX scope_owner ON synckeep.scope USING btree (app_id, user_id);
CREATE INDEX scope_user ON synckeep.scope USING btree (user_id, app_id);
