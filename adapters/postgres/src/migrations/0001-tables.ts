/**
 * Every table of a request leads its key with the scope: one UUID made from app and user, so that a log can be
 * hash-partitioned or distributed by it without a rewrite. `log` counts the logs of a scope: a reset goes on with the
 * next number and leaves the old rows to be dropped in steps. Devices are numbered within their scope, and a number is
 * never used twice; envelopes and reservations are numbered to keep their order. Texts compare by their bytes. A tag is 32 random bits, kept as the signed number of the same bits.
 *
 * `device.last_push` is right but for the device that wrote the head of its scope (`scope.head_device`): that one's last
 * push is the head.
 *
 * While a scope is `held`, an import brings it and nobody else sees it. `import_id` is that of the import, also
 * afterwards; null for a scope that began here. `import_run` is the try that brings or brought it, '' once it is given
 * up. The first log of such a scope has a number made from the try, so that nothing that was read of an earlier scope of
 * the same epoch is taken for this one's.
 *
 * Rows that every push updates leave room on their page (`fillfactor`), and no index mentions what a push changes, so
 * that an update stays on its page. `data` is ciphertext, which does not compress: it is stored as it is.
 */
export const sql = `
CREATE TABLE $schema.scope (
  scope uuid PRIMARY KEY,
  app_id uuid NOT NULL,
  user_id uuid NOT NULL,
  head bigint NOT NULL DEFAULT 0,
  other_head bigint NOT NULL DEFAULT 0,
  floor bigint NOT NULL DEFAULT 0,
  total_changes bigint NOT NULL DEFAULT 0,
  data_bytes bigint NOT NULL DEFAULT 0,
  data_entries bigint NOT NULL DEFAULT 0,
  blob_bytes bigint NOT NULL DEFAULT 0,
  target_entries bigint NOT NULL DEFAULT 0,
  unreadable_entries bigint NOT NULL DEFAULT 0,
  log integer NOT NULL DEFAULT 1,
  last_device integer NOT NULL DEFAULT 0,
  head_tag integer NOT NULL DEFAULT 0,
  head_device integer NOT NULL DEFAULT 0,
  key_version integer NOT NULL DEFAULT 0,
  last_key_version integer NOT NULL DEFAULT 0,
  key_revision integer NOT NULL DEFAULT 0,
  target_version integer NOT NULL DEFAULT 0,
  rotated boolean NOT NULL DEFAULT false,
  aborting boolean NOT NULL DEFAULT false,
  leftovers boolean NOT NULL DEFAULT false,
  erasing boolean NOT NULL DEFAULT false,
  held boolean NOT NULL DEFAULT false,
  sealed boolean NOT NULL DEFAULT false,
  epoch text NOT NULL,
  import_id text,
  import_run text
) WITH (fillfactor = 60);
CREATE INDEX scope_owner ON $schema.scope (app_id, user_id);
CREATE INDEX scope_user ON $schema.scope (user_id, app_id);
CREATE INDEX scope_leftovers ON $schema.scope (scope) WHERE leftovers;
CREATE INDEX scope_held ON $schema.scope (import_id, scope) WHERE held;

CREATE TABLE $schema.dropped_log (
  scope uuid NOT NULL,
  log integer NOT NULL,
  PRIMARY KEY (scope, log)
);

CREATE TABLE $schema.ended_epoch (
  scope uuid NOT NULL,
  epoch text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, epoch)
);

CREATE TABLE $schema.device (
  scope uuid NOT NULL,
  number integer NOT NULL,
  log integer NOT NULL,
  presented_tag integer NOT NULL DEFAULT 0,
  removed boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  last_push bigint NOT NULL DEFAULT 0,
  presented_position bigint NOT NULL DEFAULT 0,
  presented_own bigint NOT NULL DEFAULT 0,
  presented_floor bigint NOT NULL DEFAULT 0,
  presented_at bigint NOT NULL DEFAULT 0,
  presented_epoch text,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  platform text NOT NULL,
  installation_id text COLLATE "C",
  session text,
  PRIMARY KEY (scope, number)
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX device_id ON $schema.device (scope, id);
CREATE INDEX device_installation ON $schema.device (scope, installation_id)
  WHERE NOT removed AND installation_id IS NOT NULL;
CREATE INDEX device_name ON $schema.device (scope, name) WHERE NOT removed AND installation_id IS NULL;

CREATE TABLE $schema.change (
  scope uuid NOT NULL,
  log integer NOT NULL,
  device integer NOT NULL,
  position bigint NOT NULL,
  tag integer NOT NULL,
  key_version integer,
  op smallint NOT NULL,
  table_name text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  timestamp text NOT NULL,
  blobs text,
  data text,
  PRIMARY KEY (scope, log, position)
);
ALTER TABLE $schema.change ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE $schema.replaced (
  scope uuid NOT NULL,
  log integer NOT NULL,
  target integer NOT NULL,
  position bigint NOT NULL,
  key_version integer,
  data text,
  PRIMARY KEY (scope, log, position)
);
ALTER TABLE $schema.replaced ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE $schema.batch (
  scope uuid NOT NULL,
  log integer NOT NULL,
  device integer NOT NULL,
  received_at bigint NOT NULL,
  position bigint NOT NULL,
  floor bigint NOT NULL,
  tag integer NOT NULL,
  accepted integer NOT NULL,
  epoch text NOT NULL,
  batch_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, log, device, batch_id)
);
CREATE INDEX batch_received ON $schema.batch USING brin (received_at) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE $schema.envelope (
  scope uuid PRIMARY KEY,
  envelope text NOT NULL,
  etag text NOT NULL,
  target_envelope text,
  target_etag text
);

CREATE TABLE $schema.past_key (
  scope uuid NOT NULL,
  number integer NOT NULL,
  replaced_at bigint NOT NULL,
  key_version integer NOT NULL,
  reason text NOT NULL,
  envelope text NOT NULL,
  PRIMARY KEY (scope, number)
);
CREATE INDEX past_key_replaced ON $schema.past_key (replaced_at);

CREATE TABLE $schema.blob (
  scope uuid NOT NULL,
  size_bytes bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  object_key text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, hash)
);
CREATE INDEX blob_object ON $schema.blob (object_key);

CREATE TABLE $schema.reservation (
  scope uuid NOT NULL,
  number integer NOT NULL,
  size_bytes bigint NOT NULL,
  made_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  object_key text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, hash, object_key)
);
CREATE INDEX reservation_object ON $schema.reservation (object_key);
CREATE INDEX reservation_made ON $schema.reservation (made_at);

CREATE TABLE $schema.discarded (
  object_key text COLLATE "C" PRIMARY KEY
);

CREATE TABLE $schema.record (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  expires_at bigint,
  value text NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX record_expires ON $schema.record (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE $schema.record_index (
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  digest bytea NOT NULL,
  key text COLLATE "C" NOT NULL,
  is_unique boolean NOT NULL,
  PRIMARY KEY (kind, name, digest, key)
);
CREATE INDEX record_index_key ON $schema.record_index (kind, key);
`;
