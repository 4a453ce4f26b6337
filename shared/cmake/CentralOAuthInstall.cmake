# SPDX-License-Identifier: Apache-2.0
# Installs the files besides programs and plugins: documents, an example of the settings, and the systemd unit. All are
# below the prefix, which may be chosen at install time (`cmake --install BUILD --prefix PREFIX`, DESTDIR).
set(documents "${CMAKE_INSTALL_DATADIR}/doc/central-oauth")
foreach(page client configuration glossary http-api operations plugins windows)
    install(FILES "${PROJECT_SOURCE_DIR}/docs/${page}.md" DESTINATION "${documents}")
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/etc/central-oauth.env.example" DESTINATION "${documents}")

if(NOT WIN32)
    # The unit holds absolute paths of the program and its documents.
    install(CODE "
        set(unit_source \"${PROJECT_SOURCE_DIR}/etc/systemd/central-oauthd.service\")
        set(unit \"${PROJECT_BINARY_DIR}/central-oauthd.service\")
        file(READ \"\${unit_source}\" text)
        string(REPLACE \"/usr/bin/\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/\" text \"\${text}\")
        string(REPLACE \"/usr/share/\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/\" text \"\${text}\")
        file(WRITE \"\${unit}\" \"\${text}\")")
    install(FILES "${PROJECT_BINARY_DIR}/central-oauthd.service" DESTINATION lib/systemd/system)
endif()

# Programs and plugins are installed without their debug information. It goes to where debuggers look for it by the build
# id: `lib/debug` below the prefix, which is /usr/lib/debug for packages.
if(CMAKE_OBJCOPY AND CMAKE_READELF AND CMAKE_STRIP AND NOT WIN32)
    install(CODE "
        foreach(installed ${CMAKE_INSTALL_BINDIR}/central-oauthd ${CMAKE_INSTALL_BINDIR}/central-oauth
                ${CENTRAL_OAUTH_PLUGIN_INSTALL_DIR}/$<TARGET_FILE_NAME:central_oauth_plugin_jira>
                ${CENTRAL_OAUTH_PLUGIN_INSTALL_DIR}/$<TARGET_FILE_NAME:central_oauth_plugin_confluence>)
            set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${installed}\")
            execute_process(COMMAND \"${CMAKE_READELF}\" -n \"\${file}\" OUTPUT_VARIABLE notes COMMAND_ERROR_IS_FATAL ANY)
            if(notes MATCHES \"Build ID: ([0-9a-f][0-9a-f])([0-9a-f]+)\")
                set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/debug/.build-id/\${CMAKE_MATCH_1}\")
                file(MAKE_DIRECTORY \"\${folder}\")
                execute_process(COMMAND \"${CMAKE_OBJCOPY}\" --only-keep-debug \"\${file}\"
                                        \"\${folder}/\${CMAKE_MATCH_2}.debug\" COMMAND_ERROR_IS_FATAL ANY)
                execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-unneeded \"\${file}\" COMMAND_ERROR_IS_FATAL ANY)
            endif()
        endforeach()")
endif()
