#!/usr/bin/env bash
# Runs a Windows program: wine.sh PROGRAM [ARGUMENT …]. Paths of POSIX in the environment become those of drive Z:.
# WINEPREFIX is the prefix, by default one in the cache; the first use makes it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wine=/usr/lib/wine/wine64
server=/usr/lib/wine/wineserver64
export WINEPREFIX=${WINEPREFIX:-${CENTRAL_OAUTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/central-oauth}/wine}
export WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES='mscoree,mshtml=;winedbg.exe=d'
unset DISPLAY
sysroot=${SYSROOT:-$("$here/sysroot.sh" --where)}
export WINEPATH="Z:${sysroot//\//\\}\\bin"

# Services live only if their server does, and the order matters: the prefix, its server's end, a server that stays, and
# one program, which starts the service manager.
if [[ ! -e $WINEPREFIX/ready ]]; then
    mkdir -p "$(dirname "$WINEPREFIX")"
    exec 9>"$WINEPREFIX.lock"
    flock 9
    if [[ ! -e $WINEPREFIX/ready ]]; then
        "$wine" wineboot -i 9>&- >/dev/null 2>&1
        "$server" -w 9>&-
        touch "$WINEPREFIX/ready"
    fi
    exec 9>&-
fi
# Otherwise the first program's output stays open in the server, and who reads it waits for the server's end.
"$server" -p60 >/dev/null 2>&1 </dev/null || true
exec "$wine" "$@"
