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
);
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
INSERT INTO sync_migration VALUES (1, 'initial', 'f670e795d7aeea12aca88320aa65b014bf30cd5a8cc6559f6e599e906414745c', '2026-11-30T01:33:37.102Z');
INSERT INTO sync_scope VALUES (1, '3199c448-32a0-4bdf-9bee-3a75007bff0f', 'bc4f232b-abfa-41c1-aefb-19c68a122006', 1, '623cff17b3f4e42a', 5, 358848551, 1, 0, 0, 5, 56, 4, 0, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('sync_scope', 1);
INSERT INTO sqlite_sequence VALUES ('sync_log', 1);
INSERT INTO sqlite_sequence VALUES ('sync_device', 2);
INSERT INTO sqlite_sequence VALUES ('sync_past_key', 1);
INSERT INTO sync_log VALUES (1, 1, 0);
INSERT INTO sync_device VALUES (1, 1, '802c552f-bb53-4224-ac0d-a1a2b28b36c4', 0, 'Laptop', 'linux', NULL, 'a1a0f215-9fcb-4a8f-9592-8de92bc85e35', 1796002426682, 1796002426682, 5, NULL, 0, 0, 0, 0, 0);
INSERT INTO sync_device VALUES (2, 1, '090d0a6b-b81b-4b44-8c62-01e02ca6d8d5', 0, 'Phone', 'linux', NULL, 'a1a0f215-9fcb-4a8f-9592-8de92bc85e35', 1796002426753, 1796002426753, 0, '623cff17b3f4e42a', 0, 0, 5, 0, 1796002427889);
INSERT INTO sync_change VALUES (68719476737, 1, 1924813843, 2, 0, 'notes', 'a', '2026-03-13T10:05:00.123Z', NULL, 'AAECAwQ=, again');
INSERT INTO sync_change VALUES (68719476738, 1, 1924813843, 2, 0, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'Text ö 😀 "\, again');
INSERT INTO sync_change VALUES (68719476739, 1, 1924813843, 2, 0, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, 'c, again');
INSERT INTO sync_change VALUES (68719476740, 1, 358848551, 2, 1, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'BBBB, again');
INSERT INTO sync_change VALUES (68719476741, 1, 358848551, 1, 2, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, NULL);
INSERT INTO sync_batch VALUES (1, 1, 'b7c7b453-dd43-459a-9459-200160f63fd2', 1796002426971, '623cff17b3f4e42a', 3, 1924813843, 0, 3);
INSERT INTO sync_batch VALUES (1, 1, 'e42edb00-84a5-4488-86da-f59500da77b7', 1796002427265, '623cff17b3f4e42a', 5, 358848551, 0, 2);
INSERT INTO sync_envelope VALUES (1, 'the second envelope', '91f8b7186753b7e6', NULL, NULL);
INSERT INTO sync_past_key VALUES (1, 1, 'the first envelope', 1, 1796002427867, 'rotated');
INSERT INTO sync_record VALUES ('app', '3199c448-32a0-4bdf-9bee-3a75007bff0f', 2, NULL, '{"id":"3199c448-32a0-4bdf-9bee-3a75007bff0f","name":"Notes","createdAt":1796002417164,"keys":[{"digest":"5f42e5ff136d7b6f3d1a975af487c6d823f72bf99ef74929691978400d694639","prefix":"sk_07f4850","generation":1,"validUntil":null}],"paused":false,"origins":[],"redirects":[],"link":null,"blobLimit":null,"bytesLimit":null,"dialect":"standard","requireBase":false,"registration":"closed"}');
INSERT INTO sync_record VALUES ('salt', 'pseudonym', 1, NULL, '{"hex":"c3b39d73d14b868b006f7970484963e90a56944e17ad6bcd03b684a09b44dec2"}');
INSERT INTO sync_record VALUES ('session', 'a1a0f215-9fcb-4a8f-9592-8de92bc85e35', 1, 1796607226342, '{"userId":"bc4f232b-abfa-41c1-aefb-19c68a122006","appId":"3199c448-32a0-4bdf-9bee-3a75007bff0f","createdAt":1796002426342,"endsAt":1803778426342}');
INSERT INTO sync_record VALUES ('user', 'bc4f232b-abfa-41c1-aefb-19c68a122006', 1, NULL, '{"email":"somebody@example.org","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$n/0ysGVTCNdtn7p1+i6Q7g$lR11x99uoIyrwsm4+l17wnZsBCrpfmoEXLAfoHhMAyw","generation":1,"disabled":false,"createdAt":1796002420249}');
INSERT INTO sync_record_index VALUES ('app', 'all', '', '3199c448-32a0-4bdf-9bee-3a75007bff0f', 0);
INSERT INTO sync_record_index VALUES ('app', 'key', '5f42e5ff136d7b6f3d1a975af487c6d823f72bf99ef74929691978400d694639', '3199c448-32a0-4bdf-9bee-3a75007bff0f', 0);
INSERT INTO sync_record_index VALUES ('session', 'app', '3199c448-32a0-4bdf-9bee-3a75007bff0f', 'a1a0f215-9fcb-4a8f-9592-8de92bc85e35', 0);
INSERT INTO sync_record_index VALUES ('session', 'scope', 'bc4f232b-abfa-41c1-aefb-19c68a122006/3199c448-32a0-4bdf-9bee-3a75007bff0f', 'a1a0f215-9fcb-4a8f-9592-8de92bc85e35', 0);
INSERT INTO sync_record_index VALUES ('session', 'user', 'bc4f232b-abfa-41c1-aefb-19c68a122006', 'a1a0f215-9fcb-4a8f-9592-8de92bc85e35', 0);
INSERT INTO sync_record_index VALUES ('user', 'all', '', 'bc4f232b-abfa-41c1-aefb-19c68a122006', 0);
INSERT INTO sync_record_index VALUES ('user', 'email', 'somebody@example.org', 'bc4f232b-abfa-41c1-aefb-19c68a122006', 1);
