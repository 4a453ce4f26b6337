# SPDX-License-Identifier: Apache-2.0
# Compiler options of all targets: standard, warnings, visibility, hardening, sanitizers.
include(GNUInstallDirs)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CENTRAL_OAUTH_PLUGIN_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/plugins")
set(plugin_dir "${CMAKE_INSTALL_LIBDIR}/central-oauth/plugins")
if(WIN32)
    set(plugin_dir "${CMAKE_INSTALL_BINDIR}/plugins")
endif()
set(CENTRAL_OAUTH_PLUGIN_INSTALL_DIR "${plugin_dir}"
    CACHE STRING "Where plugins are installed, below the prefix; the daemon finds them from its own place")

# With memory for it, g++ is an eighth faster if it doesn't collect garbage before it has used a gigabyte.
cmake_host_system_information(RESULT memory QUERY TOTAL_PHYSICAL_MEMORY)
cmake_host_system_information(RESULT processors QUERY NUMBER_OF_LOGICAL_CORES)
math(EXPR enough "(${processors} + 2) * 2048")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND memory GREATER enough)
    add_compile_options(--param=ggc-min-heapsize=1048576 -pipe)
endif()

include(CheckPIESupported)
check_pie_supported()

# The presets with test hooks link forty programs each; what an operator installs is linked by the system's own linker.
find_program(CENTRAL_OAUTH_MOLD mold)
if(CENTRAL_OAUTH_MOLD AND CENTRAL_OAUTH_TEST_HOOKS AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    add_link_options(-fuse-ld=mold)
endif()

add_library(central_oauth_options INTERFACE)
if(MSVC)
    target_compile_options(central_oauth_options INTERFACE /W4 /WX /permissive- /utf-8)
else()
    target_compile_options(central_oauth_options INTERFACE
        -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
        -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum)
endif()

# Otherwise windows.h defines min and max as macros, and a type `byte`.
target_compile_definitions(central_oauth_options INTERFACE $<$<PLATFORM_ID:Windows>:NOMINMAX>
    $<$<PLATFORM_ID:Windows>:WIN32_LEAN_AND_MEAN>)
if(CENTRAL_OAUTH_SANITIZE)
    target_compile_options(central_oauth_options INTERFACE
        -fsanitize=${CENTRAL_OAUTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(central_oauth_options INTERFACE -fsanitize=${CENTRAL_OAUTH_SANITIZE})
elseif(NOT MSVC AND NOT WIN32)
    target_compile_options(central_oauth_options INTERFACE
        -fstack-protector-strong -fstack-clash-protection
        $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
        $<$<CONFIG:RelWithDebInfo,Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:RelWithDebInfo,Release>:-D_FORTIFY_SOURCE=2>)
    target_link_options(central_oauth_options INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

# central_oauth_uses_regex(TARGET): with sanitizers, g++ 12 reports members of libstdc++'s regex as uninitialised.
function(central_oauth_uses_regex TARGET)
    if(CENTRAL_OAUTH_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${TARGET} PRIVATE -Wno-maybe-uninitialized)
    endif()
endfunction()

# central_oauth_module(NAME [SOURCES …] [PUBLIC …] [PRIVATE …])
# Adds a static library central_oauth_<NAME> with hidden symbols (alias CentralOAuth::<NAME>); headers in
# include/central_oauth/<NAME>, sources in src. PUBLIC and PRIVATE name the libraries it links. Without SOURCES it is
# header-only.
function(central_oauth_module NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    set(target central_oauth_${NAME})
    # The second one is for the two modules that CentralOAuthSdk.cmake installs.
    set(include "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    if(ARG_SOURCES)
        add_library(${target} STATIC ${ARG_SOURCES})
        target_include_directories(${target} PUBLIC ${include} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
        target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:central_oauth_options>)
    else()
        add_library(${target} INTERFACE)
        target_include_directories(${target} INTERFACE ${include})
        target_link_libraries(${target} INTERFACE ${ARG_PUBLIC})
    endif()
    add_library(CentralOAuth::${NAME} ALIAS ${target})
endfunction()
