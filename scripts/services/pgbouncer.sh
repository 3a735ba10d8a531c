#!/usr/bin/env bash
# PgBouncer for the integration tests, which start it themselves.
#   pgbouncer.sh start   installs it where it is missing (Debian, as root), and prints what to export
set -euo pipefail
[ "$1" = start ]
if ! command -v pgbouncer >/dev/null; then
  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends pgbouncer; } >&2
fi
echo "SYNCKEEP_TEST_PGBOUNCER=$(command -v pgbouncer)"
