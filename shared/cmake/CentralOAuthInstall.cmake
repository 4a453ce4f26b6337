# SPDX-License-Identifier: Apache-2.0
# Installs the files besides programs and plugins: documents, an example of the settings, and the systemd unit. All are
# below the prefix, which may be chosen at install time (`cmake --install BUILD --prefix PREFIX`, DESTDIR).
set(documents "${CMAKE_INSTALL_DATADIR}/doc/central-oauth")
foreach(page client configuration glossary http-api operations plugins)
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
