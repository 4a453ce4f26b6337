# SPDX-License-Identifier: Apache-2.0
# What a program needs on Windows besides its sources.

if(WIN32)
    enable_language(RC)
endif()

# central_oauth_windows_program(TARGET DESCRIPTION): adds version and manifest. Does nothing on other systems.
function(central_oauth_windows_program TARGET program_description)
    if(NOT WIN32)
        return()
    endif()
    set(program_name "${TARGET}")
    set(script "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.rc")
    configure_file("${PROJECT_SOURCE_DIR}/shared/cmake/windows/program.rc.in" "${script}" @ONLY)
    target_sources(${TARGET} PRIVATE "${script}")
    set_source_files_properties("${script}" PROPERTIES
        OBJECT_DEPENDS "${PROJECT_SOURCE_DIR}/shared/cmake/windows/program.manifest")
endfunction()
