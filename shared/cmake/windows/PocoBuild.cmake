# SPDX-License-Identifier: Apache-2.0
# Changes to Poco's own build, made after its last target is known.
cmake_policy(SET CMP0079 NEW) # a library is linked to a target of another folder

function(central_oauth_change_poco)
    # windows.h alone, which each source includes first, is most of a small source.
    foreach(target Foundation XML JSON Util Net Crypto NetSSL Data DataSQLite)
        target_precompile_headers(${target} PRIVATE
            "$<$<COMPILE_LANGUAGE:CXX>:<Poco/Foundation.h$<ANGLE-R>>"
            "$<$<COMPILE_LANGUAGE:CXX>:<algorithm$<ANGLE-R>>")
    endforeach()
    # A process has one SQLite; Poco would link one of its own into its library.
    get_target_property(sources DataSQLite SOURCES)
    list(FILTER sources EXCLUDE REGEX "sqlite3\\.[ch]$")
    set_target_properties(DataSQLite PROPERTIES SOURCES "${sources}")
    target_link_libraries(DataSQLite PRIVATE "${SYSROOT}/lib/libsqlite3.dll.a")
endfunction()
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL central_oauth_change_poco)
