#!/usr/bin/env bash
# Runs a command with a Chromium for the browser tests, and requires it: installs it where it is missing (Debian, as root).
#
#   scripts/services/chromium.sh npm run test:browser
set -euo pipefail
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-core; } >&2
fi
export CHROMIUM=${CHROMIUM:-$(command -v chromium)} SYNCKEEP_REQUIRE=chromium
"$@"
