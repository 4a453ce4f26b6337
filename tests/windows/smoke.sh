#!/usr/bin/env bash
# The Windows programs under wine, from their zip: smoke.sh ZIP. The simulator and who approves are the Linux programs of
# the preset dev. Each line is a check; the last one counts them as the other tests do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
zip=$1
bin=$PWD/build/dev/bin
wine=$PWD/shared/cmake/windows/wine.sh
server=/usr/lib/wine/wineserver64

# A name with a blank and letters beyond ASCII, in a folder that others can't write: the daemon refuses /tmp.
mkdir -p build/windows
folder=$(mktemp -d -p "$PWD/build/windows")/"smöke tëst 日"
mkdir -p "$folder"
export WINEPREFIX=$folder/prefix
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    "$server" -k 2>/dev/null || true
    wait
    rm -rf "$(dirname "$folder")"
}
trap finish EXIT

passed=0
failed=0
# check NAME COMMAND …
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
        tail -n 6 "$folder"/*.log 2>/dev/null || true
    fi
}
# wait_for FILE PATTERN: prints the first matching line.
wait_for() {
    local tries=0
    until grep -a -m 1 -e "$2" "$1" 2>/dev/null; do
        ((++tries <= 300)) || return 1
        sleep 0.1
    done
}
member() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }
# A path of this system as Windows programs see it.
z() { echo "Z:${1//\//\\}"; }
state_of() { "$wine" sc query central-oauthd 2>/dev/null | tr -d '\r' | sed -n 's/.*STATE *: *[0-9]* *\([A-Z_]*\).*/\1/p'; }
in_state() {
    local tries=0
    until [[ $(state_of) == "$1" ]]; do
        ((++tries <= 100)) || { echo "state: $(state_of)"; return 1; }
        sleep 0.2
    done
}
healthy() { curl -sS --retry 30 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$port/v1/healthz" | grep -q '"status":"ok"'; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

unzip -q "$zip" -d "$folder"
program=$(echo "$folder"/central-oauth-*/bin)
# The order matters, see wine.sh.
"$wine" cmd /c exit >/dev/null 2>&1
"$server" -k -w 2>/dev/null || true
"$server" -p
"$wine" cmd /c exit >/dev/null 2>&1

control_secret=$(openssl rand -hex 16)
"$bin/atlassian-sim" --port 0 --control-secret "$control_secret" >"$folder/simulator.log" 2>&1 &
pids+=($!)
upstream=$(wait_for "$folder/simulator.log" '"event":"ready"' | member url)
secret=$(openssl rand -hex 32)
export CENTRAL_OAUTH_SECRET_KEY=$secret CENTRAL_OAUTH_PROVIDERS=jira CENTRAL_OAUTH_BIND=127.0.0.1:$port
CENTRAL_OAUTH_DB_PATH=$(z "$folder/dätä/db.sqlite3")
export CENTRAL_OAUTH_DB_PATH
export CENTRAL_OAUTH_JIRA_CLIENT_ID=demo-client-id CENTRAL_OAUTH_JIRA_CLIENT_SECRET=demo-client-secret
export CENTRAL_OAUTH_JIRA_AUTH_BASE=$upstream CENTRAL_OAUTH_JIRA_API_BASE=$upstream
export CENTRAL_OAUTH_URL=http://127.0.0.1:$port

daemon() { "$wine" "$program/central-oauthd.exe" "$@"; }
client() { "$wine" "$program/central-oauth.exe" "$@"; }
ends_in_lf() { [[ $(od -An -c <<<"$1") != *'\r'* ]]; }

check "the daemon tells its version" [ "$(daemon --version)" = "central-oauthd $(client --version | awk '{print $2}')" ]
check "lines end in LF" ends_in_lf "$(daemon --help)"
check "the configuration is checked" [ "$(daemon --check-config)" = "the configuration is good" ]
check "a wrong setting ends with 78" bash -c "CENTRAL_OAUTH_PROVIDERS=absent '$wine' '$program/central-oauthd.exe' --check-config 2>/dev/null; [ \$? = 78 ]"
key=$(daemon client add smoke 2>"$folder/client.log") || true
check "a client is added, and its key is one line" [ "${key:0:4}" != "" -a "${#key}" -gt 20 ]
export CENTRAL_OAUTH_CLIENT_KEY=$key
check "the database is where it should be" [ -s "$folder/dätä/db.sqlite3" ]

# Longer than what Windows takes without its manifest's word.
deep=$folder/$(printf 'd%.0s' {1..120})/$(printf 'e%.0s' {1..120})/$(printf 'f%.0s' {1..60})
check "paths of more than 260 characters" bash -c "CENTRAL_OAUTH_DB_PATH='$(z "$deep/db.sqlite3")' '$wine' '$program/central-oauthd.exe' client add deep >/dev/null 2>&1; [ -s '$deep/db.sqlite3' ]"

# life NAME: link, token, refresh, revoke by the client.
life() {
    local link code account token
    # The first token lives shorter than the reader below asks for.
    curl -sSf -H "X-Sim-Control: $control_secret" -H 'Content-Type: application/json' "$upstream/_sim/options" \
        -d '{"next_expires_in":{"seconds":90,"count":1}}' >/dev/null || return 1
    client login jira >"$folder/login.out" 2>"$folder/login.log" &
    local login=$!
    link=$(wait_for "$folder/login.log" '/link/' | grep -aoE 'https?://[^ ]+/link/[A-Za-z0-9_-]+') || return 1
    code=$(wait_for "$folder/login.log" '[0-9]\{4\}-[0-9]\{4\}-[0-9]\{4\}' | grep -aoE '[0-9]{4}-[0-9]{4}-[0-9]{4}' | head -n 1) || return 1
    "$bin/approve-link" "$link" "$code" >"$folder/approve.log" 2>&1 || return 1
    wait "$login" || return 1
    account=$(tail -n 1 "$folder/login.out")
    echo "$account" >"$folder/account"
    token=$(client token "$account") || return 1
    [[ $token == eyJ* ]] || return 1
    curl -sSf -H "Authorization: Bearer $key" "$CENTRAL_OAUTH_URL/v1/tokens/$account?min_ttl=300" |
        grep -q '"access_token":"eyJ' || return 1
}
revoke() { client revoke "$(cat "$folder/account")" --yes >/dev/null 2>&1; }

daemon >"$folder/daemon.log" 2>&1 &
console=$!
check "the daemon serves in a console" healthy
check "link, token and refresh by the client" life
check "a second daemon is refused its database or port" bash -c "'$wine' '$program/central-oauthd.exe' >/dev/null 2>&1; s=\$?; [ \$s = 75 -o \$s = 71 -o \$s = 69 ] || { echo exit \$s; false; }"
kill -INT "$(pgrep -n -f 'central-oauthd.exe$' || echo "$console")" 2>/dev/null || true
stopped() { wait "$console" && grep -aq '"message":"stopped"' "$folder/daemon.log"; }
check "Ctrl-C stops it in order" stopped

# A service gets the machine's environment when the service manager starts.
service_environment() {
    local name
    for name in $(compgen -e CENTRAL_OAUTH_ | grep -v -e _URL -e _CLIENT_KEY -e _CACHE); do
        printf 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment\0%s\0%s\0' "$name" "${!name}"
    done | while IFS= read -r -d '' path && IFS= read -r -d '' name && IFS= read -r -d '' value; do
        "$wine" reg add "$path" /v "$name" /d "$value" /f >/dev/null 2>&1
    done
}
export CENTRAL_OAUTH_LOG_FILE
CENTRAL_OAUTH_LOG_FILE=$(z "$folder/dätä/service.jsonl")
service_environment
"$server" -k -w 2>/dev/null || true
"$server" -p
(
    # The service must not get them from here.
    for name in $(compgen -e CENTRAL_OAUTH_); do [[ $name == CENTRAL_OAUTH_CACHE ]] || unset "$name"; done
    "$wine" cmd /c exit >/dev/null 2>&1
    "$wine" "$program/central-oauthd.exe" /registerService /startup=manual >/dev/null 2>&1
    "$wine" net start central-oauthd >/dev/null 2>&1 || true
)
check "the service runs" in_state RUNNING
check "the service answers" healthy
check "what was linked is there" [ "$(client accounts 2>/dev/null | grep -c "$(cat "$folder/account" 2>/dev/null)")" = 1 ]
# As a crash ends it.
kill -KILL "$(pgrep -n -f 'central-oauthd.exe$')" 2>/dev/null || true
gone() { ! curl -s --max-time 5 "http://127.0.0.1:$port/v1/healthz"; }
check "a service that crashed answers nobody" gone
"$wine" net start central-oauthd >/dev/null 2>&1 || true
check "it is started again" healthy
check "nothing is lost by the crash" [ "$(client accounts 2>/dev/null | grep -c "$(cat "$folder/account" 2>/dev/null)")" = 1 ]
paramchange=6
"$wine" "$PWD/build/windows/bin/service-control.exe" central-oauthd "$paramchange" >"$folder/control.log" 2>&1 || true
check "paramchange reloads" wait_for "$folder/dätä/service.jsonl" '"message":"reload requested","by":"service paramchange"'
check "the account is revoked" revoke
"$wine" net stop central-oauthd >/dev/null 2>&1 || true
check "the service stops" in_state STOPPED
check "it stopped in order" grep -aq '"message":"stopped"' "$folder/dätä/service.jsonl"
"$wine" "$program/central-oauthd.exe" /unregisterService >/dev/null 2>&1 || true
check "the service is unregistered" [ -z "$(state_of)" ]

echo "ran $((passed + failed)) failed $failed"
((failed == 0))
