#!/usr/bin/env bash
# A real S3 server for the tests: Ceph's gateway from Debian's packages, in memory, below one temporary folder.
#
#   eval "$(scripts/services/s3.sh start)"    starts it and sets the environment of the tests
#   scripts/services/s3.sh stop               stops what `start` began in this shell's environment
#
# `start` needs root to install packages that are missing. Where SYNCKEEP_TEST_S3_URL is set already, it starts nothing:
# MinIO and VersityGW pass the same tests, and build with `go install github.com/minio/minio@latest` and
# `go install github.com/versity/versitygw/cmd/versitygw@latest`.
set -euo pipefail

say() { echo "$@" >&2; }

install() {
  local missing=()
  local program
  for program in ceph-mon:ceph-mon ceph-mgr:ceph-mgr ceph-osd:ceph-osd ceph:ceph-common radosgw:radosgw; do
    command -v "${program%%:*}" >/dev/null || missing+=("${program##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || {
    say "This needs the Debian packages ${missing[*]}, or a server of your own in SYNCKEEP_TEST_S3_URL."
    return 1
  }
  say "installing ${missing[*]}"
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = [1, 2].map(() => createServer().listen(0, "127.0.0.1"));
    Promise.all(servers.map((each) => new Promise((resolve) => each.once("listening", resolve)))).then(() => {
      console.log(servers.map((each) => each.address().port).join(" "));
      for (const each of servers) each.close();
    });'
}

configure() {
  cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v1:127.0.0.1:$mon_port
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = $dir/keyring
mon data = $dir/mon
mgr data = $dir/mgr
osd data = $dir/osd
run dir = $dir/run
log file = $dir/log/\$name.log
mon cluster log file = $dir/log/cluster.log
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush update on start = false
osd objectstore = memstore
memstore device bytes = 4294967296
mon allow pool size one = true
mon data avail crit = 1
[client]
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
CONF
}

ceph_() { ceph --conf "$dir/ceph.conf" --connect-timeout 30 "$@"; }
daemon() { "$1" --conf "$dir/ceph.conf" "${@:2}" >>"$dir/log/start.log" 2>&1; }

start_cluster() {
  mkdir -p "$dir"/{mon,mgr,osd,run,log,rgw}
  configure
  ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$dir/keyring" --gen-key -n client.admin \
    --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' --cap mds 'allow *'
  local fsid
  fsid=$(sed -n 's/^fsid = //p' "$dir/ceph.conf")
  monmaptool --create --addv a "[v1:127.0.0.1:$mon_port]" --fsid "$fsid" "$dir/monmap"
  daemon ceph-mon --mkfs -i a --monmap "$dir/monmap"
  daemon ceph-mon -i a

  ceph_ auth get-or-create mgr.x mon 'allow profile mgr' osd 'allow *' >>"$dir/keyring"
  daemon ceph-mgr -i x

  local osd
  osd=$(ceph_ osd create)
  ceph_ auth get-or-create "osd.$osd" mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *' >>"$dir/keyring"
  daemon ceph-osd --mkfs -i "$osd"
  ceph_ osd crush add "osd.$osd" 1 root=default host=h
  daemon ceph-osd -i "$osd"

  daemon radosgw -n client.admin
}

wait_for_gateway() {
  for _ in $(seq 1 120); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
    sleep 0.5
  done
  say "The gateway did not open port $port within a minute."
  return 1
}

start() {
  if [ -n "${SYNCKEEP_TEST_S3_URL:-}" ]; then
    say "SYNCKEEP_TEST_S3_URL is set: using $SYNCKEEP_TEST_S3_URL"
    return
  fi
  install
  dir=$(mktemp -d "${TMPDIR:-/tmp}/synckeep-s3.XXXXXX")
  read -r mon_port port <<<"$(free_ports)"
  trap give_up EXIT
  start_cluster >&2
  wait_for_gateway
  local access_key=synckeep-test secret_key
  secret_key=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  radosgw-admin --conf "$dir/ceph.conf" user create --uid test --display-name test \
    --access-key "$access_key" --secret-key "$secret_key" >>"$dir/log/start.log" 2>&1
  trap - EXIT
  say "Ceph's gateway listens on 127.0.0.1:$port, everything of it is below $dir"
  cat <<ENV
export SYNCKEEP_TEST_S3_URL='s3://synckeep-test?endpoint=http://127.0.0.1:$port&region=us-east-1&profile=ceph'
export AWS_ACCESS_KEY_ID='$access_key'
export AWS_SECRET_ACCESS_KEY='$secret_key'
export SYNCKEEP_TEST_S3_DIR='$dir'
ENV
}

# Gateway first, monitor last; by the process ids that the daemons wrote.
stop_all() {
  local name pid
  for name in client.admin osd.0 mgr.x mon.a; do
    [ -f "$1/run/$name.pid" ] || continue
    pid=$(cat "$1/run/$name.pid")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 1 40); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
    kill -9 "$pid" 2>/dev/null || true
  done
  rm -rf "$1"
}

give_up() {
  tail -n 20 "$dir/log/start.log" >&2
  stop_all "$dir"
  say 'The S3 server could not be started; these were its last lines.'
}

case "${1:-}" in
  start) start ;;
  stop)
    if [ -n "${SYNCKEEP_TEST_S3_DIR:-}" ]; then stop_all "$SYNCKEEP_TEST_S3_DIR"; else say 'Nothing to stop: SYNCKEEP_TEST_S3_DIR is not set.'; fi
    ;;
  *)
    say 'Write: scripts/services/s3.sh start, or stop'
    exit 2
    ;;
esac
