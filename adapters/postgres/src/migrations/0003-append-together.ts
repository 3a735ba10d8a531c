/**
 * Pushes of several scopes as one round trip and one commit. A scope whose row is locked is left out, so that whoever
 * holds it holds up nobody else, and two such calls cannot wait for each other. What most pushes are (new, of a living
 * device, under a current key version, with a base that nobody wrote after, within the quota) is stored by one statement
 * for all of them; each of the others is a call of "append", which says what is wrong with it.
 *
 * That statement is planned once a session, maybe while the tables are still empty, so it may only look things up by
 * their keys. Measured for eight pushes: 0.09 ms of a backend's processor each, and 0.25 ms for a bare INSERT by itself.
 */
export const sql = `
-- The arguments of "append", one item for each push; a column of the changes of all of them follows. p_owners says which
-- push (from 1) a change belongs to, p_firsts at which change (from 1) a push begins. Answers an array of what "append"
-- answers, in which { refusal: 'busy' } stands for a push that was left out.
CREATE FUNCTION $schema.append_together(
  p_scopes uuid[], p_apps uuid[], p_users uuid[], p_devices text[], p_batches text[], p_tags integer[], p_nows bigint[],
  p_key_versions integer[], p_bytes_limits bigint[], p_bytes bigint[], p_entries integer[], p_bases text[],
  p_counts integer[], p_firsts integer[], p_owners integer[], p_ops smallint[], p_tables text[], p_rows text[],
  p_timestamps text[], p_blobs text[], p_data text[]
) RETURNS json LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
  locked uuid[];
  done integer[];
  answers json[];
  outcomes json[];
  first integer;
  last integer;
BEGIN
  PERFORM $schema.begin_write();
  locked := ARRAY(SELECT t.scope FROM $schema.scope t WHERE t.scope = ANY (p_scopes) FOR NO KEY UPDATE SKIP LOCKED);

  WITH push AS (
    SELECT p.*, s.log, s.epoch, s.head, s.head_tag, s.head_device, s.floor, d.number,
        CASE WHEN p.key_version IS NULL AND s.rotated THEN NULL ELSE coalesce(p.key_version, v.current) END AS version
      FROM unnest(p_scopes, p_apps, p_users, p_devices, p_batches, p_tags, p_nows, p_key_versions, p_bytes_limits,
          p_bytes, p_entries, p_bases, p_counts, p_firsts) WITH ORDINALITY
        AS p (scope, app_id, user_id, device, batch_id, tag, now, key_version, bytes_limit, bytes, entries, base, count,
          first, nth)
      JOIN $schema.scope s ON s.scope = p.scope
      CROSS JOIN LATERAL (SELECT CASE s.key_version WHEN 0 THEN s.last_key_version + 1 ELSE s.key_version END) AS v (current)
      JOIN $schema.device d ON d.scope = p.scope AND d.id = p.device AND NOT d.removed
      WHERE p.count > 0 AND p.scope = ANY (locked) AND array_position(p_scopes, p.scope) = p.nth
        AND s.app_id = p.app_id AND s.user_id = p.user_id AND NOT s.erasing AND NOT s.held
        AND (p.key_version IS NULL OR p.key_version = v.current
          OR p.key_version = nullif(s.target_version, 0) AND NOT s.aborting)
        AND (p.bytes_limit IS NULL
          OR s.data_bytes + s.blob_bytes + $schema.reserved_bytes(p.scope, p.now) + p.bytes <= p.bytes_limit)
        AND (p.base IS NULL OR EXISTS (
          SELECT FROM json_to_record(p.base::json) AS b (kind text, epoch text, "position" bigint, tag integer)
          WHERE b.kind = 'place' AND b.epoch = s.epoch AND b."position" BETWEEN s.floor AND s.head
            AND b."position" >= CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END
            AND (b.tag = 0 OR b.tag = $schema.tag_at(s, b."position"))
        ))
        -- Not as NOT EXISTS: a join may be planned that looks at every batch of a device.
        AND (
          SELECT b.position FROM $schema.batch b
          WHERE b.scope = p.scope AND b.log = s.log AND b.device = d.number AND b.batch_id = p.batch_id
        ) IS NULL
  ), stored AS (
    INSERT INTO $schema.change
      SELECT push.scope, push.log, push.number, push.head + 1 + row.index - push.first, push.tag, push.version, row.op,
        row.table_name, row.row_id, row.timestamp, row.blobs, row.data
      FROM unnest(p_owners, p_ops, p_tables, p_rows, p_timestamps, p_blobs, p_data) WITH ORDINALITY
        AS row (owner, op, table_name, row_id, timestamp, blobs, data, index)
      JOIN push ON push.nth = row.owner
  ), remembered AS (
    INSERT INTO $schema.batch (scope, log, device, received_at, position, floor, tag, accepted, epoch, batch_id)
      SELECT push.scope, push.log, push.number, push.now, push.head + push.count, push.floor, push.tag, push.count,
        push.epoch, push.batch_id
      FROM push WHERE push.batch_id IS NOT NULL
  ), noted AS (
    UPDATE $schema.device t SET last_push = push.head FROM push
      WHERE t.scope = push.scope AND t.number = push.head_device AND push.head_device NOT IN (0, push.number)
  ), moved AS (
    UPDATE $schema.scope t SET head = t.head + push.count, head_tag = push.tag,
        other_head = CASE t.head_device WHEN push.number THEN t.other_head ELSE t.head END, head_device = push.number,
        total_changes = t.total_changes + push.count, data_bytes = t.data_bytes + push.bytes,
        data_entries = t.data_entries + push.entries,
        target_entries = t.target_entries
          + CASE WHEN t.target_version <> 0 AND t.target_version = push.version THEN push.entries ELSE 0 END
      FROM push WHERE t.scope = push.scope
  )
  SELECT array_agg(push.nth), array_agg(json_build_object('epoch', push.epoch, 'position', push.head + push.count,
      'tag', push.tag, 'floor', push.floor, 'accepted', push.count, 'replayed', false))
    INTO done, answers FROM push;

  FOR i IN 1 .. coalesce(cardinality(done), 0) LOOP
    outcomes[done[i]] := answers[i];
  END LOOP;
  FOR i IN 1 .. cardinality(p_scopes) LOOP
    CONTINUE WHEN outcomes[i] IS NOT NULL;
    IF p_scopes[i] = ANY (locked) THEN
      first := p_firsts[i];
      last := first + p_counts[i] - 1;
      outcomes[i] := $schema.append(p_scopes[i], p_apps[i], p_users[i], p_devices[i], p_batches[i], p_tags[i], p_nows[i],
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
`;
