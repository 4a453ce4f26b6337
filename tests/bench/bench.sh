#!/usr/bin/env bash
# The benchmark table: `./dev bench`. The release daemon on loopback, loaded by wrk on the same machine.
# A measurement, not a test: it fails only if a program does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$PWD/build/release/bin
here=$PWD/tests/bench
accounts=10000
links=8000
threads=2
export BENCH_THREADS=$threads

folder=$(mktemp -d)
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
    echo "bench: $*" >&2
    tail -n 5 "$folder"/*.log >&2 || true
    exit 1
}
member() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }

CENTRAL_OAUTH_SECRET_KEY=$(openssl rand -hex 32)
export CENTRAL_OAUTH_SECRET_KEY CENTRAL_OAUTH_BIND=127.0.0.1:0
export CENTRAL_OAUTH_PLUGIN_DIR=$PWD/build/release/plugins CENTRAL_OAUTH_PROVIDERS=jira CENTRAL_OAUTH_WORKERS=64
# Never contacted: every token in the table is fresh, every link waits.
export CENTRAL_OAUTH_JIRA_CLIENT_ID=bench CENTRAL_OAUTH_JIRA_CLIENT_SECRET=bench

# new_database NAME: a database with one client; sets its key and id.
new_database() {
    export CENTRAL_OAUTH_DB_PATH=$folder/$1/db.sqlite3
    BENCH_CLIENT_KEY=$("$bin/central-oauthd" client add bench --links-per-minute 1000000 --live-links 10000 \
        2>"$folder/client.log") || fail "no client"
    export BENCH_CLIENT_KEY
    client=$(grep -oE 'cli_[A-Za-z0-9_-]+' "$folder/client.log")
}

started=0
# start_daemon: sets daemon (pid), url, and start_ms, from exec until the ready line is there.
start_daemon() {
    local begin tries=0
    # A log of its own for each start: an earlier one already says ready.
    log=$folder/daemon-$((++started)).log
    begin=$(date +%s%N)
    "$bin/central-oauthd" >"$log" 2>&1 &
    daemon=$!
    pids+=("$daemon")
    until grep -q '"message":"ready"' "$log" 2>/dev/null; do
        ((++tries < 3000)) || fail "the daemon did not start"
        sleep 0.001
    done
    start_ms=$((($(date +%s%N) - begin) / 1000000))
    url=$(grep -m 1 '"message":"ready"' "$log" | member url)
}
stop_daemon() {
    kill "$daemon"
    wait "$daemon" || true
}
# seed NAME KIND COUNT: fills the database NAME. In memory, because every row is a synced commit of its own; what is
# measured afterwards stands on the disk again.
seed() {
    local memory
    memory=$(mktemp -d -p /dev/shm)
    cp -a "$folder/$1/." "$memory/"
    "$bin/bench-seed" "$2" "$memory/db.sqlite3" "$client" "$3" || fail "no $2"
    cp -a "$memory/." "$folder/$1/"
    rm -rf "$memory"
}
resident() { awk '/VmRSS/ {printf "%.1f MiB", $2 / 1024}' "/proc/$daemon/status"; }

# measure NAME CONNECTIONS SECONDS KIND [FILE]: one row of the table.
measure() {
    local name=$1 connections=$2 seconds=$3 result
    shift 3
    result=$(wrk --latency -t "$threads" -c "$connections" -d "${seconds}s" -s "$here/requests.lua" "$url" -- "$@" |
        grep '^result ') || fail "wrk failed for $name"
    awk -v name="$name" -v connections="$connections" '{
        printf "%-34s %5d %9.0f %9.2f %9.2f %9d %9d\n", name, connections, $2 / $3, $4, $5, $6, $7
        if ($8 > 0) printf "  (%d of these were second polls within the interval: 429 slow_down)\n", $8 }' <<<"$result"
}

echo "$(nproc) cores shared by daemon and wrk: $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)"
echo "$("$bin/central-oauthd" --version), release preset, $CENTRAL_OAUTH_WORKERS workers, log level INFO;" \
    "$(wrk -v 2>&1 | head -n 1 | cut -d' ' -f1,2), $threads threads"
echo

starts=()
new_database start
for _ in 1 2 3 4 5 6 7; do
    start_daemon
    starts+=("$start_ms")
    stop_daemon
done
median=$(printf '%s\n' "${starts[@]}" | sort -n | sed -n 4p)

printf '%-34s %5s %9s %9s %9s %9s %9s\n' request conns 'req/s' 'p50 ms' 'p99 ms' 'not 2xx' broken
start_daemon
idle=$(resident)
measure 'GET /v1/healthz' 64 8 healthz
stop_daemon

# 10,000 links may be open at once: the run ends long before.
new_database creation
start_daemon
measure 'POST /v1/link-code' 16 2 link-code
stop_daemon

new_database polling
seed polling links "$links" >"$folder/links"
start_daemon
# Each link once: a second poll within its interval is answered with slow_down, which is another, cheaper answer.
measure "GET /v1/poll, pending, first second" 16 1 poll "$folder/links"
stop_daemon

new_database reading
begin=$SECONDS
seed reading accounts "$accounts" >"$folder/accounts"
seeded=$((SECONDS - begin))
start_daemon
# The first read of an account notes its use, a write; the second run is what a busy service sees.
measure "GET /v1/tokens, first reads" 16 15 walk "$folder/accounts"
measure "GET /v1/tokens, $accounts accounts" 64 8 tokens "$folder/accounts"
loaded=$(resident)
stop_daemon

echo
echo "start until ready       $median ms (median of ${#starts[@]}, new database, resolution about 2 ms)"
echo "resident memory         $idle idle after start, $loaded after reading $accounts accounts"
echo "(seeding $accounts accounts took $seeded s)"
