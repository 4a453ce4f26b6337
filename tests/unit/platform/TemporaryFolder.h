// SPDX-License-Identifier: Apache-2.0
// A folder that is removed after the test.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

namespace central_oauth::platform::test {

/// An empty folder that only this user can access.
class TemporaryFolder {
public:
    TemporaryFolder()
        : _path(std::filesystem::canonical(std::filesystem::temp_directory_path()) /
                ("platform-test-" + std::to_string(std::random_device()()))) {
        std::filesystem::create_directory(_path);
        std::filesystem::permissions(_path, std::filesystem::perms::owner_all);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

    /// Makes a file with this content and returns its path.
    [[nodiscard]] std::filesystem::path file(const std::string& name, const std::string& content) const {
        std::ofstream(_path / name, std::ios::binary) << content;
        return _path / name;
    }

private:
    std::filesystem::path _path;
};

/// Returns a file's content.
[[nodiscard]] inline std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace central_oauth::platform::test
