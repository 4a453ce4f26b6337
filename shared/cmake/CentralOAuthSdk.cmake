# SPDX-License-Identifier: Apache-2.0
# The plugin SDK as a package: `cmake --install BUILD --component sdk` installs the headers of provider and oauth2, the
# oauth2 library, and the files of find_package(CentralOAuth). Include it once, after both modules.
include(CMakePackageConfigHelpers)

set(sdk_folder "${CMAKE_INSTALL_LIBDIR}/cmake/CentralOAuth")

foreach(module provider oauth2)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/shared/${module}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        COMPONENT sdk FILES_MATCHING PATTERN "*.h")
    set_target_properties(central_oauth_${module} PROPERTIES EXPORT_NAME ${module})
endforeach()
target_compile_features(central_oauth_provider INTERFACE cxx_std_20)

install(TARGETS central_oauth_provider central_oauth_oauth2 EXPORT CentralOAuthTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT sdk)
install(EXPORT CentralOAuthTargets NAMESPACE CentralOAuth:: DESTINATION "${sdk_folder}" COMPONENT sdk)

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/CentralOAuthConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/sdk/CentralOAuthConfig.cmake" INSTALL_DESTINATION "${sdk_folder}")
# Before 1.0 every minor version may be incompatible (semantic versioning).
write_basic_package_version_file("${PROJECT_BINARY_DIR}/sdk/CentralOAuthConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/sdk/CentralOAuthConfig.cmake"
    "${PROJECT_BINARY_DIR}/sdk/CentralOAuthConfigVersion.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/CentralOAuthPlugin.cmake"
    DESTINATION "${sdk_folder}" COMPONENT sdk)
