CREATE TABLE sync_migration (
      number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL
    );
CREATE TABLE sync_scope (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  log INTEGER NOT NULL,
  epoch TEXT NOT NULL,
  head INTEGER NOT NULL DEFAULT 0,
  head_tag INTEGER NOT NULL DEFAULT 0,
  head_device INTEGER NOT NULL DEFAULT 0,
  other_head INTEGER NOT NULL DEFAULT 0,
  floor INTEGER NOT NULL DEFAULT 0,
  total_changes INTEGER NOT NULL DEFAULT 0,
  data_bytes INTEGER NOT NULL DEFAULT 0,
  data_entries INTEGER NOT NULL DEFAULT 0,
  blob_bytes INTEGER NOT NULL DEFAULT 0,
  key_version INTEGER NOT NULL DEFAULT 0,
  last_key_version INTEGER NOT NULL DEFAULT 0,
  key_revision INTEGER NOT NULL DEFAULT 0,
  rotated INTEGER NOT NULL DEFAULT 0,
  target_version INTEGER NOT NULL DEFAULT 0,
  target_entries INTEGER NOT NULL DEFAULT 0,
  unreadable_entries INTEGER NOT NULL DEFAULT 0,
  aborting INTEGER NOT NULL DEFAULT 0,
  leftovers INTEGER NOT NULL DEFAULT 0,
  erasing INTEGER NOT NULL DEFAULT 0
, import_id TEXT, import_run TEXT, held INTEGER NOT NULL DEFAULT 0, compacted INTEGER NOT NULL DEFAULT 0, swept INTEGER NOT NULL DEFAULT 0, cleared INTEGER NOT NULL DEFAULT 0, epoch_start INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX sync_scope_owner ON sync_scope (app_id, user_id);
CREATE INDEX sync_scope_user ON sync_scope (user_id, app_id);
CREATE INDEX sync_scope_leftovers ON sync_scope (id) WHERE leftovers = 1;
CREATE TABLE sync_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope INTEGER NOT NULL,
  dropped INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sync_log_scope ON sync_log (scope);
CREATE INDEX sync_log_dropped ON sync_log (id) WHERE dropped = 1;
CREATE TABLE sync_ended_epoch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope INTEGER NOT NULL,
  epoch TEXT NOT NULL
);
CREATE UNIQUE INDEX sync_ended_epoch_scope ON sync_ended_epoch (scope, epoch);
CREATE TABLE sync_device (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  scope INTEGER NOT NULL,
  id TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0,
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  installation_id TEXT,
  session TEXT,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  last_push INTEGER NOT NULL DEFAULT 0,
  presented_epoch TEXT,
  presented_position INTEGER NOT NULL DEFAULT 0,
  presented_tag INTEGER NOT NULL DEFAULT 0,
  presented_own INTEGER NOT NULL DEFAULT 0,
  presented_floor INTEGER NOT NULL DEFAULT 0,
  presented_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sync_device_id ON sync_device (scope, id);
CREATE INDEX sync_device_installation ON sync_device (scope, installation_id)
  WHERE removed = 0 AND installation_id IS NOT NULL;
CREATE INDEX sync_device_name ON sync_device (scope, name) WHERE removed = 0 AND installation_id IS NULL;
CREATE TABLE sync_change (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  key_version INTEGER,
  op INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  timestamp TEXT NOT NULL,
  blobs TEXT,
  data TEXT
);
CREATE TABLE sync_replaced (
  id INTEGER PRIMARY KEY,
  target INTEGER NOT NULL,
  key_version INTEGER,
  data TEXT
);
CREATE TABLE sync_batch (
  log INTEGER NOT NULL,
  device INTEGER NOT NULL,
  batch_id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  epoch TEXT NOT NULL,
  position INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  PRIMARY KEY (log, device, batch_id)
) WITHOUT ROWID;
CREATE INDEX sync_batch_received ON sync_batch (received_at);
CREATE TABLE sync_envelope (
  scope INTEGER PRIMARY KEY,
  envelope TEXT NOT NULL,
  etag TEXT NOT NULL,
  target_envelope TEXT,
  target_etag TEXT
);
CREATE TABLE sync_past_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope INTEGER NOT NULL,
  envelope TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  replaced_at INTEGER NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX sync_past_key_scope ON sync_past_key (scope);
CREATE INDEX sync_past_key_replaced ON sync_past_key (replaced_at);
CREATE TABLE sync_blob (
  scope INTEGER NOT NULL,
  hash TEXT NOT NULL,
  object_key TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (scope, hash)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sync_blob_object ON sync_blob (object_key);
CREATE TABLE sync_reservation (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL,
  hash TEXT NOT NULL,
  object_key TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX sync_reservation_object ON sync_reservation (object_key);
CREATE INDEX sync_reservation_hash ON sync_reservation (scope, hash);
CREATE INDEX sync_reservation_made ON sync_reservation (made_at);
CREATE TABLE sync_discarded (
  id INTEGER PRIMARY KEY,
  object_key TEXT NOT NULL
);
CREATE UNIQUE INDEX sync_discarded_object ON sync_discarded (object_key);
CREATE TABLE sync_record (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  expires_at INTEGER,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX sync_record_expires ON sync_record (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE sync_record_index (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  key TEXT NOT NULL,
  is_unique INTEGER NOT NULL,
  PRIMARY KEY (kind, name, value, key)
) WITHOUT ROWID;
CREATE INDEX sync_record_index_key ON sync_record_index (kind, key);
CREATE INDEX sync_scope_held ON sync_scope (import_id) WHERE held = 1;
CREATE TABLE sync_mark (
  log INTEGER NOT NULL,
  at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (log, position)
) WITHOUT ROWID;
INSERT INTO sync_migration VALUES (1, 'initial', 'f670e795d7aeea12aca88320aa65b014bf30cd5a8cc6559f6e599e906414745c', '2026-11-30T01:35:45.847Z');
INSERT INTO sync_migration VALUES (2, 'imports', 'bcb93604f6bada152ba9665091d9870b23b255ae799859c8ff4cb8d09e7c44e4', '2026-11-30T01:35:45.847Z');
INSERT INTO sync_migration VALUES (3, 'compaction', '927708930bb4cbf0ad31965518e5d99ee36e67404bd13e85e0e13906430ad59a', '2026-11-30T01:35:45.853Z');
INSERT INTO sync_scope VALUES (1, 'c2513fde-998a-445c-807d-fd4423ca5925', '98d29cab-eb86-4353-b845-69a10c31837c', 1, 'd005abeb4cdae559', 5, 3573530244, 1, 0, 0, 5, 56, 4, 0, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, 0, 0, 0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('sync_scope', 1);
INSERT INTO sqlite_sequence VALUES ('sync_log', 1);
INSERT INTO sqlite_sequence VALUES ('sync_device', 2);
INSERT INTO sqlite_sequence VALUES ('sync_past_key', 1);
INSERT INTO sync_log VALUES (1, 1, 0);
INSERT INTO sync_device VALUES (1, 1, '96c349b8-69ce-4bad-b880-4eca2b755e4a', 0, 'Laptop', 'linux', NULL, 'b83e9dca-4a53-4094-a725-53a501839529', 1796002551667, 1796002551667, 5, NULL, 0, 0, 0, 0, 0);
INSERT INTO sync_device VALUES (2, 1, 'd439c7c3-6e62-4024-ba60-f6371f67cd01', 0, 'Phone', 'linux', NULL, 'b83e9dca-4a53-4094-a725-53a501839529', 1796002551730, 1796002551730, 0, 'd005abeb4cdae559', 0, 0, 5, 0, 1796002552377);
INSERT INTO sync_change VALUES (68719476737, 1, 1863589868, 2, 0, 'notes', 'a', '2026-03-13T10:05:00.123Z', NULL, 'AAECAwQ=, again');
INSERT INTO sync_change VALUES (68719476738, 1, 1863589868, 2, 0, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'Text ö 😀 "\, again');
INSERT INTO sync_change VALUES (68719476739, 1, 1863589868, 2, 0, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, 'c, again');
INSERT INTO sync_change VALUES (68719476740, 1, 3573530244, 2, 1, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'BBBB, again');
INSERT INTO sync_change VALUES (68719476741, 1, 3573530244, 1, 2, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, NULL);
INSERT INTO sync_batch VALUES (1, 1, '0e18f95e-5be8-414a-80dc-8073b1d416a8', 1796002551924, 'd005abeb4cdae559', 3, 1863589868, 0, 3);
INSERT INTO sync_batch VALUES (1, 1, '200cbc3f-24f8-4c89-b669-a46c187824e8', 1796002552142, 'd005abeb4cdae559', 5, 3573530244, 0, 2);
INSERT INTO sync_envelope VALUES (1, 'the second envelope', '3e37796cbc50cbbc', NULL, NULL);
INSERT INTO sync_past_key VALUES (1, 1, 'the first envelope', 1, 1796002552337, 'rotated');
INSERT INTO sync_record VALUES ('app', 'c2513fde-998a-445c-807d-fd4423ca5925', 1, NULL, '{"id":"c2513fde-998a-445c-807d-fd4423ca5925","name":"Notes","createdAt":1796002545925,"keys":[{"digest":"3d1c570742107203636755720f0a76105fa21729bfb90ed86f331f9a48b24a55","prefix":"sk_9b1653d","generation":1,"validUntil":null}],"paused":false,"origins":[],"redirects":[],"link":null,"blobLimit":null,"bytesLimit":null,"dialect":"standard","requireBase":false,"registration":"closed"}');
INSERT INTO sync_record VALUES ('audit', '8203997448589-fffffedc4268e19e', 1, 1827538551410, '{"at":1796002551410,"appId":"c2513fde-998a-445c-807d-fd4423ca5925","action":"login","actor":{"kind":"user","id":"98d29cab-eb86-4353-b845-69a10c31837c"},"subject":{"kind":"user","id":"98d29cab-eb86-4353-b845-69a10c31837c"},"address":"127.0.0.1","details":{}}');
INSERT INTO sync_record VALUES ('audit', '8203997451839-fffffe2413e05fbb', 1, 1827538548160, '{"at":1796002548160,"actor":{"kind":"operator","id":null},"action":"user.create","appId":null,"subject":{"kind":"user","id":"98d29cab-eb86-4353-b845-69a10c31837c"},"address":null,"details":{}}');
INSERT INTO sync_record VALUES ('audit', '8203997454073-fffffead10ac838d', 1, 1827538545926, '{"at":1796002545926,"actor":{"kind":"operator","id":null},"action":"app.create","appId":"c2513fde-998a-445c-807d-fd4423ca5925","subject":{"kind":"app","id":"c2513fde-998a-445c-807d-fd4423ca5925"},"address":null,"details":{}}');
INSERT INTO sync_record VALUES ('known-places', '98d29cab-eb86-4353-b845-69a10c31837c', 1, 1803778551421, '{"places":[{"digest":"32d339a85efa0e360e3c1b7cb0de8a8f3d655d38f0881677e53142d3a9b3c2f7","lastLogin":1796002551421}]}');
INSERT INTO sync_record VALUES ('salt', 'pseudonym', 1, NULL, '{"hex":"477c6725dd2a848bbf078304b18cb65bba97f4618f34e038dbd147dda66090d7"}');
INSERT INTO sync_record VALUES ('session', 'b83e9dca-4a53-4094-a725-53a501839529', 1, 1796607351411, '{"userId":"98d29cab-eb86-4353-b845-69a10c31837c","appId":"c2513fde-998a-445c-807d-fd4423ca5925","createdAt":1796002551411,"endsAt":1803778551411,"key":null,"isRefreshable":false}');
INSERT INTO sync_record VALUES ('setup-link', '264f717562718048f7ed76aea75fdae5fe25ebc9a2ff1949a61bd216cafe64b3', 1, 1796088950505, '{"createdAt":1796002550505}');
INSERT INTO sync_record VALUES ('user', '98d29cab-eb86-4353-b845-69a10c31837c', 1, NULL, '{"email":"somebody@example.org","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$8p0PZf2HsHWVA7kAsmwdVQ$8nL2MGXsuxRWzKlDTCK5UkZunohWjhPrOTBwTCm1jgc","generation":1,"disabled":false,"createdAt":1796002548160,"verifiedAt":null}');
INSERT INTO sync_record_index VALUES ('app', 'all', '', 'c2513fde-998a-445c-807d-fd4423ca5925', 0);
INSERT INTO sync_record_index VALUES ('app', 'key', '3d1c570742107203636755720f0a76105fa21729bfb90ed86f331f9a48b24a55', 'c2513fde-998a-445c-807d-fd4423ca5925', 0);
INSERT INTO sync_record_index VALUES ('audit', 'action', 'app.create', '8203997454073-fffffead10ac838d', 0);
INSERT INTO sync_record_index VALUES ('audit', 'action', 'login', '8203997448589-fffffedc4268e19e', 0);
INSERT INTO sync_record_index VALUES ('audit', 'action', 'user.create', '8203997451839-fffffe2413e05fbb', 0);
INSERT INTO sync_record_index VALUES ('audit', 'all', '', '8203997448589-fffffedc4268e19e', 0);
INSERT INTO sync_record_index VALUES ('audit', 'all', '', '8203997451839-fffffe2413e05fbb', 0);
INSERT INTO sync_record_index VALUES ('audit', 'all', '', '8203997454073-fffffead10ac838d', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', '98d29cab-eb86-4353-b845-69a10c31837c', '8203997448589-fffffedc4268e19e', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', '98d29cab-eb86-4353-b845-69a10c31837c', '8203997451839-fffffe2413e05fbb', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', 'c2513fde-998a-445c-807d-fd4423ca5925', '8203997448589-fffffedc4268e19e', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', 'c2513fde-998a-445c-807d-fd4423ca5925', '8203997454073-fffffead10ac838d', 0);
INSERT INTO sync_record_index VALUES ('session', 'app', 'c2513fde-998a-445c-807d-fd4423ca5925', 'b83e9dca-4a53-4094-a725-53a501839529', 0);
INSERT INTO sync_record_index VALUES ('session', 'scope', '98d29cab-eb86-4353-b845-69a10c31837c/c2513fde-998a-445c-807d-fd4423ca5925', 'b83e9dca-4a53-4094-a725-53a501839529', 0);
INSERT INTO sync_record_index VALUES ('session', 'user', '98d29cab-eb86-4353-b845-69a10c31837c', 'b83e9dca-4a53-4094-a725-53a501839529', 0);
INSERT INTO sync_record_index VALUES ('setup-link', 'all', '', '264f717562718048f7ed76aea75fdae5fe25ebc9a2ff1949a61bd216cafe64b3', 0);
INSERT INTO sync_record_index VALUES ('user', 'all', '', '98d29cab-eb86-4353-b845-69a10c31837c', 0);
INSERT INTO sync_record_index VALUES ('user', 'email', 'somebody@example.org', '98d29cab-eb86-4353-b845-69a10c31837c', 1);
