// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX, Windows): reads a secret and the access rights of the very file it was read from.
#include "SecretFile.h"

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#ifdef _WIN32
#include <fstream>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace central_oauth::config {

namespace {

constexpr std::size_t largestFile = 64 * 1024;

provider::Secret withoutLineEnd(const provider::Secret& content) {
    std::string_view text = content.reveal();
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    return provider::Secret(std::string(text));
}

#ifndef _WIN32

class Descriptor {
public:
    explicit Descriptor(int number) : _number(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (_number >= 0)
            ::close(_number);
    }
    [[nodiscard]] int number() const { return _number; }

private:
    int _number;
};

std::string systemReason(int code) {
    return std::generic_category().message(code);
}

// Sized once: a string that grows leaves copies of its characters behind.
std::optional<provider::Secret> readAll(int descriptor, std::string& problem) {
    std::string buffer(largestFile + 1, '\0');
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t got = ::read(descriptor, buffer.data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            problem = "cannot be read: " + systemReason(errno);
        if (got <= 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    buffer.resize(size);
    provider::Secret content(std::move(buffer));
    if (content.size() > largestFile)
        problem = "is larger than 64 KiB";
    return problem.empty() ? std::optional(std::move(content)) : std::nullopt;
}

#endif

} // namespace

#ifdef _WIN32

std::optional<SecretFile> readSecretFile(const std::filesystem::path& path, std::string& problem) {
    problem.clear();
    std::ifstream file(path, std::ios::binary);
    std::error_code ignored;
    if (!file || !std::filesystem::is_regular_file(path, ignored)) {
        problem = "cannot be read";
        return std::nullopt;
    }
    std::string buffer(largestFile + 1, '\0');
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.resize(static_cast<std::size_t>(file.gcount()));
    const provider::Secret content(std::move(buffer));
    if (content.size() > largestFile) {
        problem = "is larger than 64 KiB";
        return std::nullopt;
    }
    return SecretFile{withoutLineEnd(content), false, false};
}

#else

std::optional<SecretFile> readSecretFile(const std::filesystem::path& path, std::string& problem) {
    problem.clear();
    // Not blocking: a start must not hang on a named pipe.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) {
        problem = "cannot be opened: " + systemReason(errno);
        return std::nullopt;
    }
    struct stat status {};
    if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        problem = "is not a regular file";
        return std::nullopt;
    }
    const auto content = readAll(file.number(), problem);
    if (!content)
        return std::nullopt;
    return SecretFile{withoutLineEnd(*content), (status.st_mode & (S_IWGRP | S_IWOTH)) != 0,
                      (status.st_mode & S_IROTH) != 0};
}

#endif

} // namespace central_oauth::config
