#!/usr/bin/env bash
# Cross-builds what Central OAuth needs on Windows from Debian's own source packages, in the versions that are installed
# here for Linux. Prints the sysroot's folder as its only line on standard output.
#
# usage: sysroot.sh [--where]     --where: prints the folder without building
#
# The sysroot is kept outside the clone, in $CENTRAL_OAUTH_CACHE or ~/.cache/central-oauth, under a name that is a hash
# of these scripts and all versions. A folder with that name is whole: it is renamed into place last.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=x86_64-w64-mingw32
cache=${CENTRAL_OAUTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/central-oauth}
jobs=$(nproc)

# Source package and the binary package whose version counts.
declare -A binary_of=([openssl]=libssl-dev [poco]=libpoco-dev [sqlite3]=libsqlite3-dev [qrencode]=libqrencode-dev
    [cppunit]=libcppunit-dev)
packages=(qrencode cppunit openssl sqlite3 poco)

# shellcheck disable=SC2016 # a format of dpkg-query
version_of() { dpkg-query -W -f '${source:Version}' "${binary_of[$1]}"; }

key() {
    local package
    {
        cat "$here/sysroot.sh" "$here/mingw-w64.cmake" "$here/PocoBuild.cmake"
        for package in "${packages[@]}"; do echo "$package $(version_of "$package")"; done
        # shellcheck disable=SC2016
        dpkg-query -W -f '${Package} ${Version}\n' g++-mingw-w64-x86-64-posix libkainjow-mustache-dev libvalijson-dev
    } | sha256sum | cut -c1-16
}

sysroot=$cache/windows-$(key)
[[ ${1:-} == --where ]] && { echo "$sysroot"; exit; }
[[ -d $sysroot ]] && { echo "$sysroot"; exit; }

mkdir -p "$cache"
exec 9>"$cache/windows.lock"
flock 9
[[ -d $sysroot ]] && { echo "$sysroot"; exit; }

work=$cache/windows-build
stage=$work/sysroot
# What a run with the same key has done before it was stopped is kept.
if [[ $(cat "$work/key" 2>/dev/null) != "$sysroot" ]]; then
    rm -rf "$work"
    mkdir -p "$work"/{logs,done,apt/parts,apt/lists/partial} "$stage"/{bin,include,lib}
    echo "$sysroot" >"$work/key"
fi
export SYSROOT=$stage

# In the background, because the shell ignores failures within a condition.
step() {
    local name=$1 begin=$SECONDS
    [[ -e $work/done/$name ]] && return
    "step_$name" >"$work/logs/$name.log" 2>&1 &
    if ! wait $!; then
        tail -n 40 "$work/logs/$name.log" >&2
        echo "sysroot: $name failed; the whole output is in $work/logs/$name.log" >&2
        exit 1
    fi
    touch "$work/done/$name"
    echo "sysroot: $name, $((SECONDS - begin)) s" >&2
}

folder_of() { compgen -G "$work/$1-[0-9]*/" | head -n 1; }

unpack_original() {
    apt-get "${apt[@]}" source -q --download-only --tar-only "$1=$2" && tar -xf "$1"_*.orig.tar.*[2z]
}

# A state of apt's own, made from the machine's sources, which stay as they are.
step_sources() {
    local file package version
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ -e $file ]] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$work/apt/parts/$(basename "$file")"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -s $file ]] && sed 's/^deb /deb-src /' "$file" >"$work/apt/parts/$(basename "$file" .list).list"
    done
    apt=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/apt/parts"
        -o Dir::State::Lists="$work/apt/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o APT::Sandbox::User=root)
    apt-get "${apt[@]}" update -q || true # some other source may be without packages to build
    cd "$work"
    for package in "${packages[@]}"; do
        # A mirror may lack Debian's part: then what the authors published, and else the newest that it has whole.
        version=$(version_of "$package")
        apt-get "${apt[@]}" source -q "$package=$version" || unpack_original "$package" "$version" || {
            while read -r version; do
                apt-get "${apt[@]}" source -q "$package=$version" && break
            done < <(apt-cache "${apt[@]}" showsrc --only-source "$package" | sed -n 's/^Version: //p' | sort -Vru)
        }
        [[ -n $(folder_of "$package") ]]
    done
}

# Poco asks for these spellings, and has enumerators that are macros of icmp.
step_shims() {
    echo '#include <winsock2.h>' >"$stage/include/Winsock2.h"
    printf '#include <iphlpapi.h>\n#undef TIMESTAMP_REQUEST\n#undef TIMESTAMP_REPLY\n' >"$stage/include/Iphlpapi.h"
    # Only headers.
    cp -r /usr/include/kainjow /usr/include/valijson "$stage/include/"
}

cmake_build() {
    local name=$1
    shift
    cmake -S "$(folder_of "$name")" -B "$work/build-$name" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/mingw-w64.cmake" \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$stage" "$@"
    cmake --build "$work/build-$name" -j "$jobs"
    cmake --install "$work/build-$name"
}

step_qrencode() { cmake_build qrencode -DWITH_TOOLS=NO -DWITHOUT_PNG=YES -DBUILD_SHARED_LIBS=NO; }

step_cppunit() {
    local source
    source=$(folder_of cppunit)
    [[ -x $source/configure ]] || (cd "$source" && autoreconf -fi)
    mkdir -p "$work/build-cppunit"
    cd "$work/build-cppunit"
    "$source/configure" --host=$target --prefix="$stage" --disable-shared --enable-static --disable-doxygen \
        CC=$target-gcc-posix CXX=$target-g++-posix
    make -j"$jobs" -C src/cppunit
    make -C src/cppunit install
    make -C include install
    make install-pkgconfigDATA
}

# The folders that libcrypto looks into are compiled in: only administrators may write there, so that nobody else can
# place a configuration for the service.
step_openssl() {
    local trusted='C:/Program Files/Common Files/SSL'
    cd "$(folder_of openssl)"
    ./Configure mingw64 --cross-compile-prefix=$target- shared no-tests no-legacy --prefix="$stage" \
        --libdir=lib
    local folders=(OPENSSLDIR="$trusted" ENGINESDIR="$trusted/engines" MODULESDIR="$trusted/modules")
    make -j"$jobs" "${folders[@]}" build_libs
    make "${folders[@]}" install_dev
}

# With the options of Debian's library that the schema and the store rely on.
step_sqlite3() {
    mkdir -p "$work/build-sqlite3"
    cd "$work/build-sqlite3"
    "$(folder_of sqlite3)configure" --disable-tcl --disable-readline
    make sqlite3.c sqlite3.h
    $target-gcc-posix -O2 -DSQLITE_THREADSAFE=1 -DSQLITE_SECURE_DELETE -DSQLITE_ENABLE_COLUMN_METADATA \
        -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_UNLOCK_NOTIFY -DSQLITE_MAX_VARIABLE_NUMBER=250000 -shared \
        -o "$stage/bin/libsqlite3-0.dll" sqlite3.c -Wl,--out-implib,"$stage/lib/libsqlite3.dll.a"
    cp sqlite3.h sqlite3ext.h "$stage/include/"
    # Poco's sources include their own, of another version.
    cp sqlite3.h "$(folder_of poco)Data/SQLite/src/"
}

step_poco() {
    local off=() part
    for part in MONGODB REDIS ZIP PAGECOMPILER PAGECOMPILER_FILE2PAGE ACTIVERECORD ACTIVERECORD_COMPILER JWT ENCODINGS \
        DATA_ODBC DATA_MYSQL DATA_POSTGRESQL TESTS; do
        off+=("-DENABLE_$part=OFF")
    done
    cmake_build poco -DCMAKE_CXX_FLAGS="-I$stage/include" \
        -DCMAKE_PROJECT_TOP_LEVEL_INCLUDES="$here/PocoBuild.cmake" "${off[@]}"
}

# The compiler's own libraries, and everything without what debuggers need.
step_runtime() {
    local name
    for name in libstdc++-6 libgcc_s_seh-1 libwinpthread-1; do
        cp "$("$target-g++-posix" -print-file-name="$name.dll")" "$stage/bin/"
    done
    find "$stage/lib" -maxdepth 1 -name '*.dll' -exec mv -n {} "$stage/bin/" \;
    $target-strip "$stage"/bin/*.dll
    mkdir -p "$stage/licences"
    for name in openssl poco sqlite3 qrencode; do
        cp "/usr/share/doc/${binary_of[$name]}/copyright" "$stage/licences/$name.txt"
    done
    cp /usr/share/doc/libkainjow-mustache-dev/copyright "$stage/licences/mustache.txt"
    cp /usr/share/doc/g++-mingw-w64-x86-64-posix/copyright "$stage/licences/gcc-runtime.txt"
}

begin=$SECONDS
for name in sources shims qrencode cppunit openssl sqlite3 poco runtime; do step "$name"; done
# Paths of the stage are in the files for CMake and pkg-config.
grep -rlF "$stage" "$stage" --include='*.cmake' --include='*.pc' | xargs -r sed -i "s|$stage|$sysroot|g"
mv "$stage" "$sysroot"
rm -rf "$work"
echo "sysroot: $((SECONDS - begin)) s in all" >&2
echo "$sysroot"
