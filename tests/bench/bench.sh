#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The benchmark behind `./dev bench [side|large [COUNT]]`: loads the release daemon with wrk and prints one table, then
# the allocations of a request, then a second table side by side with a server of Poco's that does nothing else. `side`
# prints only that; `large` reads tokens of COUNT accounts (100,000). Linux only (/proc).
#
# Everything runs on loopback, in a temporary folder that is removed at the end, however that comes. Nothing here is
# asserted: the figures are for reading, on a machine that does nothing else.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$root/build/release/bin
plugins=$root/build/release/plugins

accounts=10000       # read at random
unread_accounts=6000 # never read before, each read once
due_accounts=8000    # refreshed once each
links=40000          # polled once each
large_accounts=100000
idle_seconds=60
seconds=5            # of each run, unless it says otherwise
short_seconds=3      # where each link, account or subject is good for one request
most_accounts=100000 # of a client
starts=11
side_rounds=5 # of each server, in turn
side_seconds=3
threads=$(($(nproc) < 2 ? 1 : 2))

daemon=
bare=
upstream=
preload=
url=
start_us=0
helpers=()
notes=()
folder=
quick_folder=

# ---- clean-up

clean_up() {
    trap '' INT TERM
    local pid
    for pid in "${helpers[@]}" $daemon $bare $upstream; do
        kill "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    rm -rf "$folder" "$quick_folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "bench: $1" >&2
    exit 1
}

# Runs in the background and is waited for, so that a signal ends the script at once and not after the
# command.
run() {
    local pid status=0
    "$@" &
    pid=$!
    helpers=("$pid")
    wait "$pid" || status=$?
    helpers=()
    return "$status"
}

# ---- the daemon

prepare_environment() {
    local inherited
    for inherited in "${!CENTRAL_OAUTH_@}" HTTPS_PROXY https_proxy; do
        unset "$inherited"
    done
    folder=$(mktemp -d "${TMPDIR:-/tmp}/central-oauth-bench.XXXXXX")
    # Each commit of the seeder waits for the disk. In memory it does not, and the seeded data is the same.
    if [[ -d /dev/shm && -w /dev/shm ]] && (($(df --output=avail -k /dev/shm | tail -n 1) > 500000)); then
        quick_folder=$(mktemp -d /dev/shm/central-oauth-bench.XXXXXX)
    else
        quick_folder=$folder/seed
        mkdir "$quick_folder"
    fi
    CENTRAL_OAUTH_SECRET_KEY=$(openssl rand -hex 32)
    export CENTRAL_OAUTH_SECRET_KEY
    export CENTRAL_OAUTH_BIND=127.0.0.1:0 CENTRAL_OAUTH_LOCK_WAIT=0
    export CENTRAL_OAUTH_PLUGIN_DIR=$plugins CENTRAL_OAUTH_PROVIDERS=jira
    # Only refreshes go upstream; a stray request fails at this closed port.
    export CENTRAL_OAUTH_JIRA_CLIENT_ID=bench CENTRAL_OAUTH_JIRA_CLIENT_SECRET=unused
    export CENTRAL_OAUTH_JIRA_AUTH_BASE=http://127.0.0.1:9 CENTRAL_OAUTH_JIRA_API_BASE=http://127.0.0.1:9
}

# make_database NAME [KIND COUNT]…: makes a database with one client; writes bench-seed's output to NAME/KIND.
make_database() {
    local name=$1 client
    shift
    export CENTRAL_OAUTH_DB_PATH=$quick_folder/$name/db.sqlite3
    mkdir "$folder/$name"
    "$bin/central-oauthd" client add bench --links-per-minute 1000000 --live-links 10000 --max-accounts "$most_accounts" \
        >"$folder/$name/key" 2>"$folder/$name/log" || fail "client add failed: $(<"$folder/$name/log")"
    client=$("$bin/central-oauthd" client list | cut -f 1)
    while (($#)); do
        run "$bin/bench-seed" "$1" "$CENTRAL_OAUTH_DB_PATH" "$client" "$2" >"$folder/$name/$1" ||
            fail "seeding failed"
        shift 2
    done
    mv "$quick_folder/$name/db.sqlite3" "$folder/$name/"
    rm -r "${quick_folder:?}/$name"
}

use_database() {
    export CENTRAL_OAUTH_DB_PATH=$folder/$1/db.sqlite3
    BENCH_CLIENT_KEY=$(<"$folder/$1/key")
    export BENCH_CLIENT_KEY
}

# start NAME: starts the daemon on that database, with its log in a file; sets daemon and url.
start() {
    local ready log=$folder/$1/log
    use_database "$1"
    # Truncated here: the daemon's redirection may come after the first search for the ready line.
    : >"$log"
    LD_PRELOAD=$preload "$bin/central-oauthd" >>"$log" 2>&1 &
    daemon=$!
    until ready=$(grep -m 1 '"message":"ready"' "$log"); do
        kill -0 "$daemon" 2>/dev/null || fail "the daemon ended: $(<"$log")"
        sleep 0.05
    done
    [[ $ready =~ \"url\":\"(http://127\.0\.0\.1:[0-9]+)\" ]] || fail "the daemon is not on loopback: $ready"
    url=${BASH_REMATCH[1]}
}

# time_start NAME: starts and stops the daemon on that database; sets start_us.
time_start() {
    local line='' output begin
    use_database "$1"
    begin=${EPOCHREALTIME/[.,]/}
    exec {output}< <(exec "$bin/central-oauthd" 2>&1)
    daemon=$!
    while [[ $line != *'"message":"ready"'* ]]; do
        IFS= read -r -t 30 line <&"$output" || fail "the daemon did not become ready: $line"
    done
    start_us=$((${EPOCHREALTIME/[.,]/} - begin))
    stop
    exec {output}<&-
}

stop() {
    kill "$daemon"
    wait "$daemon" || true
    daemon=
}

# ---- measuring

status_kib() { awk -v name="$1:" '$1 == name {print $2}' "/proc/$daemon/status"; }

# cpu_ticks PID
cpu_ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }

# Counts how often the daemon's threads have gone to sleep so far.
wake_ups() { awk '/^voluntary_ctxt_switches/ {n += $2} END {print n}' /proc/"$daemon"/task/*/status; }

# Counts the daemon's connections with an unread request: unread in each of ten samples within a second.
waiting_connections() {
    awk -v port="$(printf ':%04X' "${url##*:}")" 'BEGIN {
        for (look = 0; look < 10; ++look) {
            while ((getline line < "/proc/net/tcp") > 0) {
                split(line, field, " ")
                if (substr(field[2], 9) == port && field[4] == "01" && substr(field[5], 10) != "00000000")
                    ++unread[field[3]]
            }
            close("/proc/net/tcp")
            system("sleep 0.1")
        }
        for (connection in unread)
            waiting += unread[connection] == look
        print waiting + 0
    }'
}

# Measures GET /v1/healthz on a connection of its own under load.
probe() {
    local took
    if took=$(curl --silent --noproxy '*' --output /dev/null --max-time 1 --write-out '%{time_total}' \
        "$url/v1/healthz"); then
        awk -v s="$took" 'BEGIN {printf "%.1f", s * 1000}'
    else
        echo '>1000'
    fi
}

row_format='%-40s %5s %6s %7s %8s %7s %7s %7s %6s %6s %7s %8s\n'
row() {
    # shellcheck disable=SC2059
    printf "$row_format" "$@"
}

# measure TITLE CONNECTIONS SECONDS KIND [FILE]: one run of wrk, one row.
measure() {
    local title=$1 connections=$2 duration=$3 ticks fresh waiting load
    shift 3
    ticks=$(cpu_ticks "$daemon")
    BENCH_THREADS=$threads timeout $((duration + 15)) wrk --threads "$threads" --connections "$connections" \
        --duration "${duration}s" --timeout 10s --script "$here/requests.lua" "$url" -- "$@" >"$folder/wrk" 2>&1 &
    load=$!
    helpers=("$load")
    sleep 0.5
    waiting=$(waiting_connections)
    fresh=$(probe)
    wait "$load" || fail "wrk said: $(<"$folder/wrk")"
    helpers=()
    ticks=$(($(cpu_ticks "$daemon") - ticks))
    local requests elapsed p50 p99 refused broken repeated
    read -r _ requests elapsed p50 p99 refused broken repeated < <(grep '^result ' "$folder/wrk") ||
        fail "wrk said: $(<"$folder/wrk")"
    row "$title" "$connections" $((connections - waiting)) "$elapsed" "$requests" \
        "$(awk -v n="$requests" -v s="$elapsed" 'BEGIN {printf "%.0f", n / s}')" "$p50" "$p99" "$refused" "$broken" \
        "$(awk -v t="$ticks" -v n="$requests" -v hz="$(getconf CLK_TCK)" \
            'BEGIN {printf "%.0f", n ? t * 1e6 / hz / n : 0}')" "$fresh"
    ((repeated == 0)) || notes+=("$title: $repeated requests repeated an earlier one, there was not enough seeded")
}

# ---- allocations

allocations() { od -An -t u8 "$BENCH_ALLOCATIONS"; }

# count_allocations TITLE DATABASE KIND [FILE]: one row, of a daemon that counts its allocations.
count_allocations() {
    local title=$1 database=$2 before after requests
    shift 2
    preload=$bin/count-allocations.so
    start "$database"
    preload=
    [[ $1 != own ]] || use_grant_token "$folder/$database/read-accounts"
    # The first requests fill caches and load what is loaded on demand.
    count_run "$@"
    before=$(allocations)
    count_run "$@"
    after=$(allocations)
    stop
    read -r _ requests _ < <(grep '^result ' "$folder/wrk")
    awk -v title="$title" -v n="$((after - before))" -v requests="$requests" \
        'BEGIN {printf "%-40s %7.1f\n", title, n / requests}'
}

count_run() {
    BENCH_THREADS=1 run timeout 20 wrk --threads 1 --connections 8 --duration 2s --timeout 10s \
        --script "$here/requests.lua" "$url" -- "$@" >"$folder/wrk" 2>&1 || fail "wrk said: $(<"$folder/wrk")"
}

print_allocations() {
    export BENCH_ALLOCATIONS=$folder/allocations
    head -c 8 /dev/zero >"$BENCH_ALLOCATIONS"
    echo
    echo "allocations per request, at 8 connections, all threads, logging and housekeeping included"
    echo
    count_allocations "GET /v1/healthz" empty healthz
    count_allocations "GET /v1/tokens" accounts tokens "$folder/accounts/read-accounts"
    count_allocations "GET /v1/tokens with a grant token" accounts own "$folder/accounts/read-accounts"
    count_allocations "POST /v1/tokens/resolve" accounts resolve "$folder/accounts/read-accounts"
    count_allocations "POST /v1/link-code" counted link-code
    unset BENCH_ALLOCATIONS
}

# ---- side by side with Poco's server alone

start_upstream() {
    local port
    exec {upstream_output}< <(exec "$bin/bare-poco" upstream)
    upstream=$!
    IFS=' ' read -r -t 30 _ port <&"$upstream_output" || fail "bare-poco did not become ready"
    export CENTRAL_OAUTH_JIRA_AUTH_BASE=http://127.0.0.1:$port
}

stop_upstream() {
    kill "$upstream"
    upstream=
    exec {upstream_output}<&-
    export CENTRAL_OAUTH_JIRA_AUTH_BASE=http://127.0.0.1:9
}

# use_grant_token FILE: makes a grant token for the first account of the file.
use_grant_token() {
    local account _
    read -r account _ <"$1"
    printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\n' "$BENCH_CLIENT_KEY" \
        >"$folder/curl"
    BENCH_GRANT_TOKEN=$(curl --silent --noproxy '*' --config "$folder/curl" --data '{"label":"bench"}' \
        "$url/v1/accounts/$account/grant-tokens" | sed -n 's/.*"grant_token": *"\([^"]*\)".*/\1/p')
    [[ -n $BENCH_GRANT_TOKEN ]] || fail "no grant token was made"
    export BENCH_GRANT_TOKEN
}

start_bare() {
    local port
    exec {bare_output}< <(exec "$bin/bare-poco")
    bare=$!
    IFS=' ' read -r -t 30 _ port <&"$bare_output" || fail "bare-poco did not become ready"
    bare_url=http://127.0.0.1:$port
}

stop_bare() {
    kill "$bare"
    bare=
    exec {bare_output}<&-
}

# side_run PID URL CONNECTIONS: one run of wrk on GET /v1/healthz; sets side_result to "REQ/S P99_MS US/REQ".
side_run() {
    local pid=$1 target=$2 connections=$3 ticks requests elapsed p99 refused broken
    local side_threads=$((connections < threads ? connections : threads))
    ticks=$(cpu_ticks "$pid")
    BENCH_THREADS=$side_threads run timeout $((side_seconds + 15)) wrk --threads "$side_threads" \
        --connections "$connections" --duration "${side_seconds}s" --timeout 10s --script "$here/requests.lua" \
        "$target" -- healthz >"$folder/wrk" 2>&1 || fail "wrk said: $(<"$folder/wrk")"
    ticks=$(($(cpu_ticks "$pid") - ticks))
    read -r _ requests elapsed _ p99 refused broken _ < <(grep '^result ' "$folder/wrk") ||
        fail "wrk said: $(<"$folder/wrk")"
    ((refused == 0 && broken == 0)) || fail "$refused answers refused, $broken broken: nothing to compare"
    side_result=$(awk -v n="$requests" -v s="$elapsed" -v p99="$p99" -v t="$ticks" -v hz="$(getconf CLK_TCK)" \
        'BEGIN {printf "%.0f %s %.2f", n / s, p99, t * 1e6 / hz / n}')
}

# side_row CONNECTIONS: measures both servers in turn, so that a machine that slows down affects both.
side_row() {
    local round lines=() of_bare
    for ((round = 0; round < side_rounds; ++round)); do
        side_run "$bare" "$bare_url" "$1"
        of_bare=$side_result
        side_run "$daemon" "$url" "$1"
        lines+=("$of_bare $side_result")
    done
    printf '%s\n' "${lines[@]}" | awk -v connections="$1" '
        # Returns the median of the rounds; n is small.
        function middle(values, n, i, j, swap) {
            for (i = 1; i <= n; ++i)
                for (j = i + 1; j <= n; ++j)
                    if (values[j] < values[i]) { swap = values[i]; values[i] = values[j]; values[j] = swap }
            return values[int((n + 1) / 2)]
        }
        {
            bare[NR] = $1; bare_p99[NR] = $2; bare_cpu[NR] = $3
            ours[NR] = $4; ours_p99[NR] = $5; ours_cpu[NR] = $6
            ratio[NR] = $4 / $1
        }
        END {
            ratio_middle = middle(ratio, NR)
            cpu = middle(ours_cpu, NR); cpu_bare = middle(bare_cpu, NR)
            printf "%5d %8.0f %8.0f %6.2f  (%.2f to %.2f) %9.2f %8.2f %8.1f %8.1f %8.1f\n", connections,
                middle(bare, NR), middle(ours, NR), ratio_middle, ratio[1], ratio[NR], middle(bare_p99, NR),
                middle(ours_p99, NR), cpu_bare, cpu, cpu - cpu_bare
        }'
}

print_side_by_side() {
    local connections
    start_bare
    start empty
    echo
    echo "GET /v1/healthz side by side with Poco's HTTP server alone (\"bare\"), keep-alive; median of $side_rounds" \
        "rounds of $side_seconds s, in turn"
    echo
    echo "         req/s    req/s                          p99 ms   p99 ms   us/req   us/req   us/req"
    echo "conns     bare     ours  ratio                     bare     ours     bare     ours     more"
    for connections in 64 8 1; do
        side_row "$connections"
    done
    stop
    stop_bare
    cat <<'TEXT'

ratio      ours / bare, round by round: the median, and the lowest and highest
us/req     processor time of the server per request; "more" is what the request guard, parking, routing, the log's
           bookkeeping and the security headers cost together
TEXT
}

# ---- output

print_machine() {
    echo "machine    $(nproc) × $(awk -F ': ' '/^model name/ {print $2; exit}' /proc/cpuinfo), $(uname -sr)"
    echo "load       $(cut -d ' ' -f 1-3 /proc/loadavg) before the run; daemon and wrk share the processors"
    echo "database   in $(df --output=fstype "$folder" | tail -n 1), each commit synchronous"
    echo "build      $("$bin/central-oauthd" --version), preset release," \
        "$(git -C "$root" describe --always --dirty 2>/dev/null || echo 'no revision')"
    echo "wrk        $(wrk -v 2>&1 | awk 'NR == 1 {print $2}' || true), $threads threads, closed loop, keep-alive;" \
        "connections and seconds as in the table"
}

# Counts what the daemon does while nobody asks for anything. It runs on the database with its accounts, none of which
# is due.
print_idle() {
    local begin ticks
    sleep 20 # what a start does once is over
    begin=$(wake_ups)
    ticks=$(cpu_ticks "$daemon")
    sleep "$idle_seconds"
    printf 'idle       %d wake-ups and %d ms of processor time in a minute without a request, all tasks together\n' \
        $((($(wake_ups) - begin) * 60 / idle_seconds)) \
        $((($(cpu_ticks "$daemon") - ticks) * 1000 / $(getconf CLK_TCK) * 60 / idle_seconds))
}

print_starts() {
    local i times=()
    for ((i = 0; i < starts; ++i)); do
        time_start accounts
        times+=("$start_us")
    done
    printf '%s\n' "${times[@]}" | sort -n | awk '{t[NR] = $1 / 1000} END {
        printf "start-up   exec to ready %.1f ms, median of %d (%.1f to %.1f)\n", t[int((NR + 1) / 2)], NR, t[1], t[NR]}'
}

print_head() {
    echo
    row "" "" "" "" "" "" "" "" non- "" CPU "new conn"
    row request conns served seconds requests req/s "p50 ms" "p99 ms" 2xx broken "us/req" ms
}

print_legend() {
    cat <<'TEXT'

served     connections whose requests were read; the others had one that lay unread for a whole second, and no
           percentile knows of it
non-2xx    answers that refused; broken: connections or requests without an answer
CPU        processor time of the daemon per request, in microseconds, all threads
new conn   GET /v1/healthz on a fresh connection in the middle of the run
TEXT
    ((${#notes[@]} == 0)) || printf 'note       %s\n' "${notes[@]}"
}

print_table() {
    local idle after peak seeded=$((accounts + unread_accounts))
    start accounts
    idle=$(status_kib VmRSS)
    print_idle
    print_head
    measure "GET /v1/tokens, random of $accounts" 8 "$seconds" tokens "$folder/accounts/read-accounts"
    measure "GET /v1/tokens, random of $accounts" 64 "$seconds" tokens "$folder/accounts/read-accounts"
    measure "GET /v1/tokens, not read before" 8 "$short_seconds" walk "$folder/accounts/accounts"
    use_grant_token "$folder/accounts/read-accounts"
    measure "GET /v1/tokens with a grant token" 64 "$seconds" own "$folder/accounts/read-accounts"
    measure "POST /v1/tokens/resolve" 64 "$seconds" resolve "$folder/accounts/read-accounts"
    measure "GET /v1/healthz" 8 "$seconds" healthz
    measure "GET /v1/healthz" 64 "$seconds" healthz
    measure "POST /v1/link-code, $seeded of the day" 8 "$short_seconds" link-code
    after=$(status_kib VmRSS)
    peak=$(status_kib VmHWM)
    stop

    start accounts
    measure "80 % tokens, 15 % resolve, 5 % link-code" 64 "$short_seconds" mixed "$folder/accounts/read-accounts"
    stop

    start empty
    measure "POST /v1/link-code, empty database" 8 "$short_seconds" link-code
    stop
    start other
    measure "POST /v1/link-code, empty database" 64 "$short_seconds" link-code
    stop

    start polls
    measure "GET /v1/poll, pending, $links in turn" 8 "$short_seconds" poll "$folder/polls/links"
    stop

    start_upstream
    start due
    # More connections would measure the limit of requests that may wait for a provider at once.
    measure "GET /v1/tokens with a refresh each" 8 "$short_seconds" walk "$folder/due/due-accounts"
    stop
    stop_upstream

    print_legend
    awk -v idle="$idle" -v after="$after" -v peak="$peak" -v n="$seeded" 'BEGIN {
        printf "memory     %.1f MiB resident after start, %.1f after the runs on that daemon (peak %.1f), %d accounts\n",
            idle / 1024, after / 1024, peak / 1024, n}'
}

print_large() {
    local count=$1
    most_accounts=$count
    echo "bench: seeding $count accounts takes about $((count / 1000)) seconds" >&2
    make_database accounts read-accounts "$count"
    print_starts
    start accounts
    print_idle
    print_head
    measure "GET /v1/tokens, random of $count" 8 "$seconds" tokens "$folder/accounts/read-accounts"
    measure "GET /v1/tokens, random of $count" 64 "$seconds" tokens "$folder/accounts/read-accounts"
    printf '\nmemory     %.1f MiB resident\n' "$(awk -v k="$(status_kib VmRSS)" 'BEGIN {print k / 1024}')"
    stop
}

main() {
    local program only=${1:-} count=${2:-$large_accounts}
    [[ $# -eq 0 || ($# -eq 1 && $only == side) || ($# -le 2 && $only == large && $count =~ ^[1-9][0-9]{0,6}$) ]] ||
        { echo "usage: ./dev bench [side|large [COUNT]]" >&2; exit 64; }
    for program in "$bin"/{central-oauthd,bench-seed,bare-poco,count-allocations.so} "$plugins/jira.so"; do
        [[ -f $program ]] || fail "$program is missing; run ./dev bench"
    done
    prepare_environment
    print_machine
    if [[ $only == large ]]; then
        print_large "$count"
        return
    fi
    make_database empty
    make_database other
    make_database counted
    if [[ $only != side ]]; then
        echo "bench: seeding $((accounts + unread_accounts + due_accounts)) accounts and $links links takes a minute" >&2
        make_database polls links "$links"
        make_database accounts accounts "$unread_accounts" read-accounts "$accounts"
        make_database due due-accounts "$due_accounts"
        print_starts
        print_table
        print_allocations
    fi
    print_side_by_side
}

main "$@"
