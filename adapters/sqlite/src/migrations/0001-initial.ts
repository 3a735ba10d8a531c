/**
 * A change is found by one number: `log << 36 | position`. So a page of a log is one range of the table itself, and an
 * append touches no second index. `data` stands last, so that scanning the rest does not read its overflow pages.
 * `head_device` wrote the newest change and `other_head` is the newest one of any other device, so that "does anything
 * of another device follow?" needs no scan. A log number is never used twice: a reset gives the scope another one and leaves the old rows to be dropped in steps.
 */
export const sql = `
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
`;
