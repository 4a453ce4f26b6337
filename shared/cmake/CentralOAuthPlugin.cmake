# SPDX-License-Identifier: Apache-2.0
# How a plugin is built, in this tree and, by find_package(CentralOAuth), outside it.
#
# central_oauth_add_plugin(ID SOURCES file… [LINKS target…] [OUTPUT_DIRECTORY folder])
#   Makes the target central_oauth_plugin_<ID>, a library <ID>.so / <ID>.dll. ID is what CENTRAL_OAUTH_PROVIDER in one of
#   the sources says: lower-case letters, digits and hyphens. Links CentralOAuth::provider and LINKS, such as
#   CentralOAuth::oauth2. The library is written to OUTPUT_DIRECTORY, outside this tree by default the target's build
#   folder. It exports the entry symbol alone: inline statics and Poco's templates must not leak between plugins.
function(central_oauth_add_plugin ID)
    cmake_parse_arguments(ARG "" "OUTPUT_DIRECTORY" "SOURCES;LINKS" ${ARGN})
    if(NOT ID MATCHES "^[a-z][a-z0-9-]*$")
        message(FATAL_ERROR "central_oauth_add_plugin: \"${ID}\" is no plugin id; use lower-case letters, digits and hyphens")
    endif()
    if(NOT ARG_SOURCES OR ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "central_oauth_add_plugin(${ID}): write SOURCES and the files behind it")
    endif()
    set(target central_oauth_plugin_${ID})
    add_library(${target} MODULE ${ARG_SOURCES})
    target_link_libraries(${target} PRIVATE CentralOAuth::provider ${ARG_LINKS})
    if(TARGET central_oauth_options)
        target_link_libraries(${target} PRIVATE central_oauth_options)
    endif()
    if(NOT ARG_OUTPUT_DIRECTORY)
        set(ARG_OUTPUT_DIRECTORY "${CENTRAL_OAUTH_PLUGIN_OUTPUT_DIRECTORY}")
    endif()
    if(NOT ARG_OUTPUT_DIRECTORY)
        set(ARG_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
    endif()
    set_target_properties(${target} PROPERTIES
        PREFIX "" OUTPUT_NAME "${ID}" LIBRARY_OUTPUT_DIRECTORY "${ARG_OUTPUT_DIRECTORY}"
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    if(NOT WIN32 AND NOT APPLE)
        set(script "${CMAKE_CURRENT_BINARY_DIR}/${ID}.version")
        file(WRITE "${script}" "{ global: central_oauth_provider_v1; local: *; };\n")
        target_link_options(${target} PRIVATE "-Wl,--version-script=${script}")
        # A symbol that is missing is found here and not when the host starts; sanitizers bring theirs at run time.
        if(NOT CENTRAL_OAUTH_SANITIZE)
            target_link_options(${target} PRIVATE "-Wl,-z,defs")
        endif()
        set_target_properties(${target} PROPERTIES LINK_DEPENDS "${script}")
    endif()
endfunction()
