// SPDX-License-Identifier: Apache-2.0
// A home for one test, with the files that the program stores there.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <Poco/TemporaryFile.h>

namespace central_oauth::cli::test {

class SettingsFolder {
public:
    SettingsFolder() { std::filesystem::create_directories(home()); }

    [[nodiscard]] std::filesystem::path home() const { return _home.path(); }
    [[nodiscard]] std::filesystem::path folder() const { return home() / ".config" / "central-oauth"; }
    [[nodiscard]] std::filesystem::path settings() const { return folder() / "cli.json"; }
    [[nodiscard]] std::filesystem::path logins() const { return folder() / "login.json"; }

    /// Writes a file as a person's editor does, readable by its owner only.
    static void write(const std::filesystem::path& path, const std::string& text) {
        using std::filesystem::perms;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
        std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
    }

    [[nodiscard]] static std::string read(const std::filesystem::path& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

    /// Returns true if only the owner has access.
    [[nodiscard]] static bool isPrivate(const std::filesystem::path& path) {
        using std::filesystem::perms;
        return (std::filesystem::status(path).permissions() & (perms::group_all | perms::others_all)) ==
               perms::none;
    }

    /// Returns the number of files in the folder.
    [[nodiscard]] long files() const {
        std::error_code error;
        return static_cast<long>(std::distance(std::filesystem::directory_iterator(folder(), error),
                                               std::filesystem::directory_iterator()));
    }

private:
    Poco::TemporaryFile _home;
};

} // namespace central_oauth::cli::test
