#!/usr/bin/env bash
# Makes the zip for Windows: package.sh BUILD SYSROOT. Prints the path of the zip.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
build=$(cd "$1" && pwd)
sysroot=$2
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
name=central-oauth-$version-windows-x64
work=$build/package
rm -rf "$work"
folder=$work/$name
mkdir -p "$folder"/{bin/plugins,docs,licences,completion}

cp "$build"/bin/central-oauthd.exe "$build"/bin/central-oauth.exe "$folder/bin/"
cp "$build"/plugins/{jira,confluence}.dll "$folder/bin/plugins/"
x86_64-w64-mingw32-strip "$folder"/bin/*.exe "$folder"/bin/plugins/*.dll
cp "$sysroot"/bin/*.dll "$folder/bin/"
cp "$sysroot"/licences/* "$root/LICENSE" "$folder/licences/"
for page in client configuration glossary http-api operations windows; do
    cp "$root/docs/$page.md" "$folder/docs/"
done
cp "$root/host/cli/completion/central-oauth.ps1" "$folder/completion/"
# What people open there, with the line ends of Windows.
for file in "$root"/etc/windows/*install.ps1; do
    sed 's/\r*$/\r/' "$file" >"$folder/$(basename "$file")"
done
printf 'Central OAuth %s for Windows.\r\n\r\nRun install.ps1 as an administrator; docs\\windows.md has every step.\r\n' \
    "$version" >"$folder/README.txt"

cd "$work"
find "$name" -exec touch -d "@${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}" {} +
find "$name" -type f | LC_ALL=C sort | zip -q -X -9 "$name.zip" -@
echo "$work/$name.zip"
