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
, import_id TEXT, import_run TEXT, held INTEGER NOT NULL DEFAULT 0, compacted INTEGER NOT NULL DEFAULT 0, swept INTEGER NOT NULL DEFAULT 0, cleared INTEGER NOT NULL DEFAULT 0, epoch_start INTEGER NOT NULL DEFAULT 0, unnamed INTEGER NOT NULL DEFAULT 0);
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
  size_bytes INTEGER NOT NULL, touched_at INTEGER,
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
INSERT INTO sync_migration VALUES (1, 'initial', 'f670e795d7aeea12aca88320aa65b014bf30cd5a8cc6559f6e599e906414745c', '2026-11-30T02:22:38.486Z');
INSERT INTO sync_migration VALUES (2, 'imports', 'bcb93604f6bada152ba9665091d9870b23b255ae799859c8ff4cb8d09e7c44e4', '2026-11-30T02:22:38.487Z');
INSERT INTO sync_migration VALUES (3, 'compaction', '927708930bb4cbf0ad31965518e5d99ee36e67404bd13e85e0e13906430ad59a', '2026-11-30T02:22:38.487Z');
INSERT INTO sync_migration VALUES (4, 'blob-touches', 'a4ebde97a2361196ea46939a6f6eaf1f3fabc93ae0234658e0b6a93e01181518', '2026-11-30T02:22:38.487Z');
INSERT INTO sync_scope VALUES (1, '779f62d5-74be-4e55-b57d-28f04525cc54', '50eff42d-6e94-4084-92db-af5583282966', 1, 'c3eb43af9ac8c0d0', 5, 1661361498, 1, 0, 0, 5, 56, 4, 0, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, 0, 0, 0, 5);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('sync_scope', 1);
INSERT INTO sqlite_sequence VALUES ('sync_log', 1);
INSERT INTO sqlite_sequence VALUES ('sync_device', 2);
INSERT INTO sqlite_sequence VALUES ('sync_past_key', 1);
INSERT INTO sync_log VALUES (1, 1, 0);
INSERT INTO sync_device VALUES (1, 1, 'aaba7918-afd2-4d6d-9527-4896da268c5d', 0, 'Laptop', 'linux', NULL, '8de885ae-2cd4-44ca-91a1-72a7a280f005', 1796005361834, 1796005361834, 5, NULL, 0, 0, 0, 0, 0);
INSERT INTO sync_device VALUES (2, 1, '13330299-26df-4ac2-bb47-e68966bccebe', 0, 'Phone', 'linux', NULL, '8de885ae-2cd4-44ca-91a1-72a7a280f005', 1796005361841, 1796005361841, 0, 'c3eb43af9ac8c0d0', 0, 0, 5, 0, 1796005362527);
INSERT INTO sync_change VALUES (68719476737, 1, 2735966989, 2, 0, 'notes', 'a', '2026-03-13T10:05:00.123Z', NULL, 'AAECAwQ=, again');
INSERT INTO sync_change VALUES (68719476738, 1, 2735966989, 2, 0, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'Text ö 😀 "\, again');
INSERT INTO sync_change VALUES (68719476739, 1, 2735966989, 2, 0, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, 'c, again');
INSERT INTO sync_change VALUES (68719476740, 1, 1661361498, 2, 1, 'notes', 'b', '2026-03-13T10:05:00.123Z', NULL, 'BBBB, again');
INSERT INTO sync_change VALUES (68719476741, 1, 1661361498, 1, 2, 'notes', 'c', '2026-03-13T10:05:00.123Z', NULL, NULL);
INSERT INTO sync_batch VALUES (1, 1, '1e43771f-9757-48f5-801d-6a84467083d1', 1796005362472, 'c3eb43af9ac8c0d0', 5, 1661361498, 0, 2);
INSERT INTO sync_batch VALUES (1, 1, 'db48ad8c-bcc0-4e8f-9a5e-5526499f14c8', 1796005362428, 'c3eb43af9ac8c0d0', 3, 2735966989, 0, 3);
INSERT INTO sync_envelope VALUES (1, 'the second envelope', '098c205bea87285f', NULL, NULL);
INSERT INTO sync_past_key VALUES (1, 1, 'the first envelope', 1, 1796005362519, 'rotated');
INSERT INTO sync_record VALUES ('app', '779f62d5-74be-4e55-b57d-28f04525cc54', 1, NULL, '{"id":"779f62d5-74be-4e55-b57d-28f04525cc54","name":"Notes","createdAt":1796005358520,"keys":[{"digest":"684e5e1c141786d45dcd0fe114aed9ddeb8cf79ff73e3a1fcf188a390099bae2","prefix":"sk_a043833","generation":1,"validUntil":null}],"paused":false,"origins":[],"redirects":[],"link":null,"blobLimit":null,"bytesLimit":null,"dialect":"standard","requireBase":false,"compaction":null,"collectBlobs":null,"registration":"closed"}');
INSERT INTO sync_record VALUES ('audit', '8203994638211-fffffebd555aea88', 1, 1827541361788, '{"at":1796005361788,"appId":"779f62d5-74be-4e55-b57d-28f04525cc54","action":"login","actor":{"kind":"user","id":"50eff42d-6e94-4084-92db-af5583282966"},"subject":{"kind":"user","id":"50eff42d-6e94-4084-92db-af5583282966"},"address":"127.0.0.1","details":{}}');
INSERT INTO sync_record VALUES ('audit', '8203994639944-fffffee261b0054a', 1, 1827541360055, '{"at":1796005360055,"actor":{"kind":"operator","id":null},"action":"user.create","appId":null,"subject":{"kind":"user","id":"50eff42d-6e94-4084-92db-af5583282966"},"address":null,"details":{}}');
INSERT INTO sync_record VALUES ('audit', '8203994641478-fffffee94da4d1af', 1, 1827541358521, '{"at":1796005358521,"actor":{"kind":"operator","id":null},"action":"app.create","appId":"779f62d5-74be-4e55-b57d-28f04525cc54","subject":{"kind":"app","id":"779f62d5-74be-4e55-b57d-28f04525cc54"},"address":null,"details":{}}');
INSERT INTO sync_record VALUES ('known-places', '50eff42d-6e94-4084-92db-af5583282966', 1, 1803781361790, '{"places":[{"digest":"9ba1dbe2870595a23411ba52ff49c8d1a00b6af00c2a04ea5c763ce9d490b5b5","lastLogin":1796005361790}]}');
INSERT INTO sync_record VALUES ('salt', 'pseudonym', 1, NULL, '{"hex":"6e34503b19eea10303c27c30b6ee75f0e760eb535c4600ef0ff042fbc6f21f18"}');
INSERT INTO sync_record VALUES ('session', '8de885ae-2cd4-44ca-91a1-72a7a280f005', 1, 1796610161788, '{"userId":"50eff42d-6e94-4084-92db-af5583282966","appId":"779f62d5-74be-4e55-b57d-28f04525cc54","createdAt":1796005361788,"endsAt":1803781361788,"key":null,"isRefreshable":false}');
INSERT INTO sync_record VALUES ('setup-link', 'b8e7ae5a90b127fba76fcdb5358209bf1418b3bd54f60d8f68c3105a88d8cdf4', 1, 1796091761638, '{"createdAt":1796005361638}');
INSERT INTO sync_record VALUES ('usage', 'day/01795996800000/', 1, 1830556800000, '{"step":"day","appId":null,"point":{"at":1795996800000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":12,"errors":0,"devices":"2a43aev1","streams":{}}}');
INSERT INTO sync_record VALUES ('usage', 'day/01795996800000/779f62d5-74be-4e55-b57d-28f04525cc54', 1, 1830556800000, '{"step":"day","appId":"779f62d5-74be-4e55-b57d-28f04525cc54","point":{"at":1795996800000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"2a43aev1","streams":{}}}');
INSERT INTO sync_record VALUES ('usage', 'hour/01796004000000/', 1, 1798682400000, '{"step":"hour","appId":null,"point":{"at":1796004000000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":12,"errors":0,"devices":"2a43aev1","streams":{}}}');
INSERT INTO sync_record VALUES ('usage', 'hour/01796004000000/779f62d5-74be-4e55-b57d-28f04525cc54', 1, 1798682400000, '{"step":"hour","appId":"779f62d5-74be-4e55-b57d-28f04525cc54","point":{"at":1796004000000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"2a43aev1","streams":{}}}');
INSERT INTO sync_record VALUES ('usage-user', '779f62d5-74be-4e55-b57d-28f04525cc54/50eff42d-6e94-4084-92db-af5583282966', 1, 1798683762589, '{"appId":"779f62d5-74be-4e55-b57d-28f04525cc54","userId":"50eff42d-6e94-4084-92db-af5583282966","isNearlyFull":false,"hour":[{"at":1796004000000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"2a43aev1","streams":{}}],"day":[{"at":1795996800000,"pushes":2,"pulls":2,"changes":5,"dataBytes":25,"blobBytes":0,"requests":11,"errors":0,"devices":"2a43aev1","streams":{}}]}');
INSERT INTO sync_record VALUES ('user', '50eff42d-6e94-4084-92db-af5583282966', 1, NULL, '{"email":"somebody@example.org","passwordHash":"$argon2id$v=19$m=19456,t=2,p=1$MP+hXF/tNCFOEm+4iVhPfw$2ZaqN+7HzkhVatl92I/86Hyvbb48XxWrLewRWasb7Fo","generation":1,"disabled":false,"createdAt":1796005360055,"verifiedAt":null}');
INSERT INTO sync_record_index VALUES ('app', 'all', '', '779f62d5-74be-4e55-b57d-28f04525cc54', 0);
INSERT INTO sync_record_index VALUES ('app', 'key', '684e5e1c141786d45dcd0fe114aed9ddeb8cf79ff73e3a1fcf188a390099bae2', '779f62d5-74be-4e55-b57d-28f04525cc54', 0);
INSERT INTO sync_record_index VALUES ('audit', 'action', 'app.create', '8203994641478-fffffee94da4d1af', 0);
INSERT INTO sync_record_index VALUES ('audit', 'action', 'login', '8203994638211-fffffebd555aea88', 0);
INSERT INTO sync_record_index VALUES ('audit', 'action', 'user.create', '8203994639944-fffffee261b0054a', 0);
INSERT INTO sync_record_index VALUES ('audit', 'all', '', '8203994638211-fffffebd555aea88', 0);
INSERT INTO sync_record_index VALUES ('audit', 'all', '', '8203994639944-fffffee261b0054a', 0);
INSERT INTO sync_record_index VALUES ('audit', 'all', '', '8203994641478-fffffee94da4d1af', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', '50eff42d-6e94-4084-92db-af5583282966', '8203994638211-fffffebd555aea88', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', '50eff42d-6e94-4084-92db-af5583282966', '8203994639944-fffffee261b0054a', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', '779f62d5-74be-4e55-b57d-28f04525cc54', '8203994638211-fffffebd555aea88', 0);
INSERT INTO sync_record_index VALUES ('audit', 'mentions', '779f62d5-74be-4e55-b57d-28f04525cc54', '8203994641478-fffffee94da4d1af', 0);
INSERT INTO sync_record_index VALUES ('session', 'app', '779f62d5-74be-4e55-b57d-28f04525cc54', '8de885ae-2cd4-44ca-91a1-72a7a280f005', 0);
INSERT INTO sync_record_index VALUES ('session', 'scope', '50eff42d-6e94-4084-92db-af5583282966/779f62d5-74be-4e55-b57d-28f04525cc54', '8de885ae-2cd4-44ca-91a1-72a7a280f005', 0);
INSERT INTO sync_record_index VALUES ('session', 'user', '50eff42d-6e94-4084-92db-af5583282966', '8de885ae-2cd4-44ca-91a1-72a7a280f005', 0);
INSERT INTO sync_record_index VALUES ('setup-link', 'all', '', 'b8e7ae5a90b127fba76fcdb5358209bf1418b3bd54f60d8f68c3105a88d8cdf4', 0);
INSERT INTO sync_record_index VALUES ('usage', 'app', '779f62d5-74be-4e55-b57d-28f04525cc54', 'day/01795996800000/779f62d5-74be-4e55-b57d-28f04525cc54', 0);
INSERT INTO sync_record_index VALUES ('usage', 'app', '779f62d5-74be-4e55-b57d-28f04525cc54', 'hour/01796004000000/779f62d5-74be-4e55-b57d-28f04525cc54', 0);
INSERT INTO sync_record_index VALUES ('usage', 'series', 'day/', 'day/01795996800000/', 0);
INSERT INTO sync_record_index VALUES ('usage', 'series', 'day/779f62d5-74be-4e55-b57d-28f04525cc54', 'day/01795996800000/779f62d5-74be-4e55-b57d-28f04525cc54', 0);
INSERT INTO sync_record_index VALUES ('usage', 'series', 'hour/', 'hour/01796004000000/', 0);
INSERT INTO sync_record_index VALUES ('usage', 'series', 'hour/779f62d5-74be-4e55-b57d-28f04525cc54', 'hour/01796004000000/779f62d5-74be-4e55-b57d-28f04525cc54', 0);
INSERT INTO sync_record_index VALUES ('usage-user', 'app', '779f62d5-74be-4e55-b57d-28f04525cc54', '779f62d5-74be-4e55-b57d-28f04525cc54/50eff42d-6e94-4084-92db-af5583282966', 0);
INSERT INTO sync_record_index VALUES ('usage-user', 'user', '50eff42d-6e94-4084-92db-af5583282966', '779f62d5-74be-4e55-b57d-28f04525cc54/50eff42d-6e94-4084-92db-af5583282966', 0);
INSERT INTO sync_record_index VALUES ('user', 'all', '', '50eff42d-6e94-4084-92db-af5583282966', 0);
INSERT INTO sync_record_index VALUES ('user', 'email', 'somebody@example.org', '50eff42d-6e94-4084-92db-af5583282966', 1);
