# SPDX-License-Identifier: Apache-2.0
# Toolchain: Debian's mingw-w64 with POSIX threads. The environment variable SYSROOT names what sysroot.sh built.
if(NOT DEFINED SYSROOT)
    set(SYSROOT "$ENV{SYSROOT}")
endif()
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SYSROOT)

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
# Poco looks for Microsoft's, and stops without.
set(CMAKE_MC_COMPILER /usr/bin/x86_64-w64-mingw32-windmc CACHE FILEPATH "" FORCE)

# Packages of the build machine must not be found.
set(CMAKE_FIND_ROOT_PATH "${SYSROOT}" /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(OPENSSL_ROOT_DIR "${SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "${SYSROOT}/lib/pkgconfig")
