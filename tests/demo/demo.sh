#!/usr/bin/env bash
# Shows the life of one account with the real programs on loopback: `./dev demo [--browser] [--stay]`. Only
# Atlassian is simulated, by tests/simulator. Requires a release build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$PWD/build/release/bin

browser=0
stay=0
for argument in "$@"; do
    case $argument in
        --browser) browser=1 ;;
        --stay) stay=1 ;;
        *) echo "usage: ./dev demo [--browser] [--stay]" >&2; exit 64 ;;
    esac
done

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

say() { printf '\n\033[1m%s\033[0m\n' "$*" | if [[ -t 1 ]]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }
fail() {
    echo "demo: $*" >&2
    tail -n 20 "$folder"/*.log >&2 || true
    exit 1
}

# wait_for FILE PATTERN: waits until the file has a matching line, and prints that line.
wait_for() {
    local tries=0
    until grep -m 1 -e "$2" "$1" 2>/dev/null; do
        ((++tries <= 300)) || fail "no \"$2\" in $1"
        sleep 0.1
    done
}
member() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }
# Formats a token payload for people: shows only the beginning of each token.
shorten() { sed -E 's/"(eyJ[^"]{12})[^"]*"/"\1… (shortened)"/; s/,"sites":.*/}/; s/,"/,\n  "/g'; }

say "1. The upstream simulator (it plays Atlassian) and the daemon, on loopback"
"$bin/atlassian-sim" --port 0 --control-secret "$(openssl rand -hex 16)" >"$folder/simulator.log" 2>&1 &
pids+=($!)
upstream=$(wait_for "$folder/simulator.log" '"event":"ready"' | member url)
export CENTRAL_OAUTH_DB_PATH=$folder/data/db.sqlite3 CENTRAL_OAUTH_BIND=127.0.0.1:0
CENTRAL_OAUTH_SECRET_KEY=$(openssl rand -hex 32)
export CENTRAL_OAUTH_SECRET_KEY CENTRAL_OAUTH_PLUGIN_DIR=$PWD/build/release/plugins CENTRAL_OAUTH_PROVIDERS=jira
export CENTRAL_OAUTH_JIRA_CLIENT_ID=demo-client-id CENTRAL_OAUTH_JIRA_CLIENT_SECRET=demo-client-secret
export CENTRAL_OAUTH_JIRA_AUTH_BASE=$upstream CENTRAL_OAUTH_JIRA_API_BASE=$upstream
key=$("$bin/central-oauthd" client add demo 2>"$folder/client.log") || fail "no client"
"$bin/central-oauthd" >"$folder/daemon.log" 2>&1 &
pids+=($!)
url=$(wait_for "$folder/daemon.log" '"message":"ready"' | member url)
echo "simulator $upstream, daemon $url, client \"demo\" registered"
export CENTRAL_OAUTH_URL=$url CENTRAL_OAUTH_CLIENT_KEY=$key
# In a file: every user of the machine can read command lines.
(umask 077 && echo "Authorization: Bearer $key" >"$folder/authorization")

control() {
    curl -sSf -X "$1" -H "X-Sim-Control: $(tr '\0' '\n' <"/proc/${pids[0]}/cmdline" | tail -n 1)" \
        -H 'Content-Type: application/json' "$upstream/_sim/$2" ${3:+-d "$3"}
}

say "2. central-oauth login jira"
# The first token lives 90 seconds, less than the reader asks for, so that the demo shows a refresh.
control POST options '{"next_expires_in":{"seconds":90,"count":1}}' >/dev/null
"$bin/central-oauth" login jira >"$folder/login.out" 2>"$folder/login.log" &
login=$!
link=$(wait_for "$folder/login.log" '/link/' | grep -oE 'https?://[^ ]+/link/[A-Za-z0-9_-]+')
code=$(wait_for "$folder/login.log" '[0-9]\{4\}-[0-9]\{4\}-[0-9]\{4\}' | grep -oE '[0-9]{4}-[0-9]{4}-[0-9]{4}' | head -n 1)
if ((browser)); then
    echo "open $link and type $code"
    xdg-open "$link" >/dev/null 2>&1 || true
else
    "$bin/approve-link" "$link" "$code" >"$folder/approve.log" 2>&1 || fail "the approval failed"
fi
wait "$login" || fail "the login failed"
cat "$folder/login.log"
((browser)) || echo "(approved by the demo as the simulator's test user, walking the same pages over HTTP)"
account=$(tail -n 1 "$folder/login.out")

say "3. central-oauth accounts"
"$bin/central-oauth" accounts

say "4. GET /v1/tokens/$account?min_ttl=300: refreshed on the way, because the token has only 90 s"
curl -sSf -H "@$folder/authorization" "$url/v1/tokens/$account?min_ttl=300" | shorten
echo
refreshes=$(control GET counters | grep -oE '"refresh_token":\{[^}]*' | grep -oE '"requests":[0-9]+' | cut -d: -f2)
echo "refreshes seen upstream: $refreshes"
[[ $refreshes == 1 ]] || fail "expected one refresh"
[[ $("$bin/central-oauth" token "$account") == eyJ* ]] || fail "central-oauth token gave no token"

if ((stay)); then
    say "Everything stays up; Ctrl-C ends it"
    echo "daemon     $url"
    echo "simulator  $upstream"
    echo "export CENTRAL_OAUTH_URL=$url CENTRAL_OAUTH_CLIENT_KEY=$key"
    echo "account    $account"
    wait
fi

say "5. central-oauth revoke $account --yes"
"$bin/central-oauth" revoke "$account" --yes

say "6. The account is gone"
status=$(curl -sS -o "$folder/gone.json" -w '%{http_code}' -H "@$folder/authorization" "$url/v1/tokens/$account")
echo "GET /v1/tokens/$account: $status $(cat "$folder/gone.json")"
[[ $status == 404 ]] || fail "expected 404"

say "Done."
