# SPDX-License-Identifier: Apache-2.0
# Builds a plugin, in this tree or, by find_package(CentralOAuth), in another project.
#
# central_oauth_add_plugin(ID SOURCES file… [LINKS target…] [OUTPUT_DIRECTORY folder])
#   Adds the target central_oauth_plugin_<ID>, a library <ID>.so / <ID>.dll. ID must equal the one in
#   CENTRAL_OAUTH_PROVIDER in one of the sources: lower-case letters, digits and hyphens. Links CentralOAuth::provider and
#   LINKS, such as CentralOAuth::oauth2. Writes the library to OUTPUT_DIRECTORY; in another project the default is the
#   target's build folder. The library exports only the entry symbol: inline statics and Poco's templates must not be
#   shared by plugins.
function(central_oauth_add_plugin ID)
    cmake_parse_arguments(ARG "" "OUTPUT_DIRECTORY" "SOURCES;LINKS" ${ARGN})
    if(NOT ID MATCHES "^[a-z][a-z0-9-]*$")
        message(FATAL_ERROR "central_oauth_add_plugin: \"${ID}\" is not a plugin id; use lower-case letters, digits and hyphens")
    endif()
    if(NOT ARG_SOURCES OR ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "central_oauth_add_plugin(${ID}): list the files after SOURCES")
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
        # Reports missing symbols at link time, not when the host starts; sanitizers add theirs at run time.
        if(NOT CENTRAL_OAUTH_SANITIZE)
            target_link_options(${target} PRIVATE "-Wl,-z,defs")
        endif()
        set_target_properties(${target} PROPERTIES LINK_DEPENDS "${script}")
    endif()
endfunction()
