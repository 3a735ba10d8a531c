#!/usr/bin/env bash
# PgBouncer for the integration tests, which start it themselves.
#
#   env=$(scripts/services/pgbouncer.sh start); eval "$env"   installs it where it is missing (Debian, as root)
set -euo pipefail
if ! command -v pgbouncer >/dev/null; then
  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends pgbouncer; } >&2
fi
echo "export SYNCKEEP_TEST_PGBOUNCER='$(command -v pgbouncer)'"
