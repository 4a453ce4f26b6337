#!/usr/bin/env bash
# Runs one suite of the integration tests against the Windows programs: run-suite.sh LOGS COMMAND SUITE. Several run at
# once, each in a wine prefix of its own, $CENTRAL_OAUTH_WINE_SLOT: a server of wine is one thread, and keeps sockets of
# killed programs, which cost it more and more.
set -uo pipefail
logs=$1
shift
export WINEPREFIX=$CENTRAL_OAUTH_WINE_PREFIXES-$CENTRAL_OAUTH_WINE_SLOT
begin=$SECONDS
# Nothing writes to the libraries of a prefix: a copy of links takes no time, and none of its 700 MB.
whole=$CENTRAL_OAUTH_WINE_PREFIXES
if [[ ! -e $WINEPREFIX/ready && -e $whole/ready ]]; then
    rm -rf "$WINEPREFIX" "$WINEPREFIX.new"
    cp -al "$whole" "$WINEPREFIX.new" && cp --remove-destination "$whole"/*.reg "$WINEPREFIX.new/" &&
        rm -rf "$WINEPREFIX.new"/drive_c/users/*/Temp && mv "$WINEPREFIX.new" "$WINEPREFIX"
fi
# The first program starts services, which keep its output open.
"$(dirname "${BASH_SOURCE[0]}")/../../shared/cmake/windows/wine.sh" cmd /c exit </dev/null >/dev/null 2>&1
timeout -k 5 "${CENTRAL_OAUTH_SUITE_LIMIT:-300}" "$@" >"$logs/$2.log" 2>&1
status=$?
/usr/lib/wine/wineserver64 -k -w 2>/dev/null
((status == 0)) || echo "$2 ended with $status" >>"$logs/failed"
echo "$((SECONDS - begin)) $2" >>"$logs/seconds"
