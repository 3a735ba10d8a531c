#!/usr/bin/env bash
# Runs a command with every service of the integration tests: installs what is missing (Debian, as root), starts it on
# 127.0.0.1 in temporary folders, says in the environment where it is, requires all of it, and ends it afterwards.
#
#   scripts/services/with-all.sh npm run test:integration
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

finish() {
  [ -z "${SYNCKEEP_TEST_REDIS_DIR:-}" ] || "$here/redis.sh" stop
  [ -z "${SYNCKEEP_TEST_S3_DIR:-}" ] || "$here/s3.sh" stop
  [ -z "${SYNCKEEP_TEST_LITESTREAM_DIR:-}" ] || "$here/litestream.sh" stop
}
trap finish EXIT

for name in redis pgbouncer s3 litestream; do
  env=$("$here/$name.sh" start)
  eval "$env"
done
export SYNCKEEP_REQUIRE=redis,redis-cluster,pgbouncer,s3,litestream
# The system's PostgreSQL counts where there is one.
for binaries in /usr/lib/postgresql/*/bin; do
  [ -x "$binaries/postgres" ] || continue
  export SYNCKEEP_TEST_POSTGRES_BIN=$binaries SYNCKEEP_REQUIRE=$SYNCKEEP_REQUIRE,postgres
done
"$@"
