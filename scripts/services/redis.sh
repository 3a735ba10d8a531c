#!/usr/bin/env bash
# Redis for the integration tests, on free ports of 127.0.0.1: a server, and a cluster of one node.
#
#   env=$(scripts/services/redis.sh start); eval "$env"   starts both and sets the environment of the tests
#   scripts/services/redis.sh stop                        ends what `start` began in this shell's environment
#
# `start` needs root to install the package where it is missing.
set -euo pipefail

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# FOLDER PORT OPTION...
launch() {
  local folder=$1 port=$2
  mkdir -p "$folder"
  redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$folder" \
    --daemonize yes --pidfile "$folder/redis.pid" --logfile "$folder/redis.log" "${@:3}" >&2
}

# PORT COMMAND... until what it says contains the last word
await() {
  for _ in $(seq 100); do
    if redis-cli -p "$1" "${@:2:$#-2}" 2>/dev/null | grep -q "${@: -1}"; then return; fi
    sleep 0.1
  done
  echo "Redis on port $1 did not start; see redis.log in its folder." >&2
  exit 1
}

start() {
  local folder port node bus
  folder=$(mktemp -d "${TMPDIR:-/tmp}/synckeep-redis.XXXXXX")
  if ! command -v redis-server >/dev/null; then
    # RUNLEVEL keeps the package from starting a server of its own.
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends redis-server; } >&2
  fi
  port=$(free_port) node=$(free_port) bus=$(free_port)
  launch "$folder/server" "$port"
  launch "$folder/cluster" "$node" --cluster-enabled yes --cluster-port "$bus" --cluster-announce-ip 127.0.0.1
  await "$port" ping PONG
  await "$node" ping PONG
  redis-cli -p "$node" cluster addslotsrange 0 16383 >&2
  await "$node" cluster info cluster_state:ok
  cat <<ENV
export SYNCKEEP_TEST_REDIS_URL='redis://127.0.0.1:$port'
export SYNCKEEP_TEST_REDIS_CLUSTER_URL='redis://127.0.0.1:$node'
export SYNCKEEP_TEST_REDIS_DIR='$folder'
ENV
}

stop() {
  local file pid
  for file in "$SYNCKEEP_TEST_REDIS_DIR"/*/redis.pid; do
    pid=$(cat "$file")
    kill "$pid"
    for _ in $(seq 100); do
      [ -e "$file" ] || break
      sleep 0.1
    done
  done
  rm -rf "$SYNCKEEP_TEST_REDIS_DIR"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *)
    echo 'Write: scripts/services/redis.sh start, or stop' >&2
    exit 2
    ;;
esac
