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
, import_id TEXT, import_run TEXT, held INTEGER NOT NULL DEFAULT 0);
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
INSERT INTO sync_migration VALUES (1, 'initial', 'f670e795d7aeea12aca88320aa65b014bf30cd5a8cc6559f6e599e906414745c', '2026-11-30T01:34:17.603Z');
INSERT INTO sync_migration VALUES (2, 'imports', 'bcb93604f6bada152ba9665091d9870b23b255ae799859c8ff4cb8d09e7c44e4', '2026-11-30T01:34:17.603Z');
INSERT INTO sync_scope VALUES (1, 'c6c49722-869b-4798-bd1a-c5899b5b8b1d', 'c631f966-d6e5-43f1-a91c-7880fbe1c5fc', 1, '109428283dac4ae6', 5, 2422322476, 1, 0, 0, 5, 56, 4, 0, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, NULL, NULL, 0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('sync_scope', 1);
INSERT INTO sqlite_sequence VALUES ('sync_log', 1);
INSERT INTO sqlite_sequence VALUES ('sync_device', 2);
INSERT INTO sqlite_sequence VALUES ('sync_past_key', 1);
INSERT INTO sync_log VALUES (1, 1, 0);
INSERT INTO sync_device VALUES (1, 1, 'e420adae-2acd-4e6b-92f2-6accca5a49d0', 0, 'Laptop', 'linux', NULL, 'd6e3d273-cb52-4105-bcdf-7824446c2e81', 1796002462650, 1796002462650, 5, NULL, 0, 0, 0, 0, 0);
INSERT INTO sync_device VALUES (2, 1, '5797b533-2d86-4b44-a0fe-1f3ecf9ee408', 0, 'Phone', 'linux', NULL, 'd6e3d273-cb52-4105-bcdf-7824446c2e81', 1796002462677, 1796002462677, 0, '109428283dac4ae6', 0, 0, 5, 0, 1796002463147);
INSERT INTO sync_change VALUES (68719476737, 1, 1393676280, 2, 0, 'notes', 'a', '2026-03-13T10:05:00.123Z', NULL, 'AAECAwQ=, again');
INSERT INTO sync_change VALUES (68719476738, 1, 1393676280, 2, 0, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'Text ö 😀 "\, again');
INSERT INTO sync_change VALUES (68719476739, 1, 1393676280, 2, 0, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, 'c, again');
INSERT INTO sync_change VALUES (68719476740, 1, 2422322476, 2, 1, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'BBBB, again');
INSERT INTO sync_change VALUES (68719476741, 1, 2422322476, 1, 2, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, NULL);
INSERT INTO sync_batch VALUES (1, 1, '2d3cb7e5-c2fb-46f1-8faa-e26e72770a5e', 1796002462909, '109428283dac4ae6', 5, 2422322476, 0, 2);
INSERT INTO sync_batch VALUES (1, 1, 'aee19f25-2d06-41ca-9c36-0fb474d01ebd', 1796002462809, '109428283dac4ae6', 3, 1393676280, 0, 3);
INSERT INTO sync_envelope VALUES (1, 'the second envelope', '31579f2d0ef8f565', NULL, NULL);
INSERT INTO sync_past_key VALUES (1, 1, 'the first envelope', 1, 1796002463136, 'rotated');
INSERT INTO sync_record VALUES ('app', 'c6c49722-869b-4798-bd1a-c5899b5b8b1d', 2, NULL, '{"id":"c6c49722-869b-4798-bd1a-c5899b5b8b1d","name":"Notes","createdAt":1796002457626,"keys":[{"digest":"f0a564659964dfe53a18d35e37cca4980c619a2895a05c47c02bd3997961fb7f","prefix":"sk_67a402a","generation":1,"validUntil":null}],"paused":false,"origins":[],"redirects":[],"link":null,"blobLimit":null,"bytesLimit":null,"dialect":"standard","requireBase":false,"registration":"closed"}');
INSERT INTO sync_record VALUES ('salt', 'pseudonym', 1, NULL, '{"hex":"6756758c2a27c9d181f77c57eacfa456d0be449e1e07cd791ab981925a67553d"}');
INSERT INTO sync_record VALUES ('session', 'd6e3d273-cb52-4105-bcdf-7824446c2e81', 1, 1796607262448, '{"userId":"c631f966-d6e5-43f1-a91c-7880fbe1c5fc","appId":"c6c49722-869b-4798-bd1a-c5899b5b8b1d","createdAt":1796002462448,"endsAt":1803778462448}');
INSERT INTO sync_record VALUES ('user', 'c631f966-d6e5-43f1-a91c-7880fbe1c5fc', 1, NULL, '{"email":"somebody@example.org","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$DUDe7sGNYtFrrctoYR/Q/Q$rZ45qd6oMtxwe6xWJ+1dvXAkf2hN38nK//VcFOEP6uY","generation":1,"disabled":false,"createdAt":1796002459860}');
INSERT INTO sync_record_index VALUES ('app', 'all', '', 'c6c49722-869b-4798-bd1a-c5899b5b8b1d', 0);
INSERT INTO sync_record_index VALUES ('app', 'key', 'f0a564659964dfe53a18d35e37cca4980c619a2895a05c47c02bd3997961fb7f', 'c6c49722-869b-4798-bd1a-c5899b5b8b1d', 0);
INSERT INTO sync_record_index VALUES ('session', 'app', 'c6c49722-869b-4798-bd1a-c5899b5b8b1d', 'd6e3d273-cb52-4105-bcdf-7824446c2e81', 0);
INSERT INTO sync_record_index VALUES ('session', 'scope', 'c631f966-d6e5-43f1-a91c-7880fbe1c5fc/c6c49722-869b-4798-bd1a-c5899b5b8b1d', 'd6e3d273-cb52-4105-bcdf-7824446c2e81', 0);
INSERT INTO sync_record_index VALUES ('session', 'user', 'c631f966-d6e5-43f1-a91c-7880fbe1c5fc', 'd6e3d273-cb52-4105-bcdf-7824446c2e81', 0);
INSERT INTO sync_record_index VALUES ('user', 'all', '', 'c631f966-d6e5-43f1-a91c-7880fbe1c5fc', 0);
INSERT INTO sync_record_index VALUES ('user', 'email', 'somebody@example.org', 'c631f966-d6e5-43f1-a91c-7880fbe1c5fc', 1);
