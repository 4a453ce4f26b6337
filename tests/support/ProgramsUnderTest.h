// SPDX-License-Identifier: Apache-2.0
// Which programs the tests drive: those of their own build, or those of the build folder that
// CENTRAL_OAUTH_BUILD_UNDER_TEST names. So one build of the tests drives sanitized programs, and Windows
// programs under wine.
#pragma once

#include <filesystem>
#include <string>

namespace central_oauth::test {

/// Returns the build folder of what is under test.
[[nodiscard]] std::filesystem::path buildUnderTest();

/// Returns where a program is. The daemon and the client are under test; tools, such as the simulator, are of
/// the tests' own build. An empty name gives the folder of the programs under test.
[[nodiscard]] std::filesystem::path programPath(const std::string& name);

/// Returns the folder of the plugins under test.
[[nodiscard]] std::filesystem::path pluginFolder();
/// Returns the file of a plugin in it, such as `jira`.
[[nodiscard]] std::filesystem::path pluginFile(const std::string& id);
/// Returns the file of a plugin in tests/fixtures/plugins, such as `fixture-good`.
[[nodiscard]] std::filesystem::path fixturePlugin(const std::string& id);
/// Returns `id` with the suffix of plugins under test: `jira.so`, or `jira.dll`.
[[nodiscard]] std::string pluginName(const std::string& id);

/// Returns whether the programs under test are Windows programs. Their POSIX names are scripts that run them.
[[nodiscard]] bool areWindowsPrograms();

/// Returns the sanitizers of the programs under test, such as "address,undefined"; empty if there are none.
[[nodiscard]] std::string sanitizersUnderTest();

} // namespace central_oauth::test
