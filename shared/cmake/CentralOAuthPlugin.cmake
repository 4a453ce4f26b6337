# SPDX-License-Identifier: Apache-2.0
# central_oauth_add_plugin(ID SOURCES … [LINKS …]): a provider plugin <ID>.so / <ID>.dll that exports one symbol.
# The version script keeps inline statics and Poco's templates from leaking between plugins.
function(central_oauth_add_plugin ID)
    cmake_parse_arguments(ARG "" "OUTPUT_DIRECTORY" "SOURCES;LINKS" ${ARGN})
    set(target central_oauth_plugin_${ID})
    add_library(${target} MODULE ${ARG_SOURCES})
    target_link_libraries(${target} PRIVATE CentralOAuth::provider ${ARG_LINKS})
    if(TARGET central_oauth_options)
        target_link_libraries(${target} PRIVATE central_oauth_options)
    endif()
    if(NOT ARG_OUTPUT_DIRECTORY)
        set(ARG_OUTPUT_DIRECTORY "${CENTRAL_OAUTH_PLUGIN_OUTPUT_DIRECTORY}")
    endif()
    set_target_properties(${target} PROPERTIES
        PREFIX "" OUTPUT_NAME "${ID}" LIBRARY_OUTPUT_DIRECTORY "${ARG_OUTPUT_DIRECTORY}"
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    if(NOT WIN32 AND NOT APPLE)
        set(script "${CMAKE_CURRENT_BINARY_DIR}/${ID}.version")
        file(WRITE "${script}" "{ global: central_oauth_provider_v1; local: *; };\n")
        target_link_options(${target} PRIVATE "-Wl,--version-script=${script}")
        if(NOT CENTRAL_OAUTH_SANITIZE)
            target_link_options(${target} PRIVATE "-Wl,-z,defs")
        endif()
        set_target_properties(${target} PROPERTIES LINK_DEPENDS "${script}")
    endif()
endfunction()
