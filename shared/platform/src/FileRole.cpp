// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/FileRole.h"

#include "central_oauth/base/EnumNames.h"

#include <array>
#include <cstddef>

namespace central_oauth::platform {

namespace {

// One letter each, so that the table below fits.
// NOLINTBEGIN(readability-identifier-naming)
constexpr auto A = Ruling::accepted;
constexpr auto W = Ruling::warned;
constexpr auto R = Ruling::refused;
// NOLINTEND(readability-identifier-naming)

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t anySize = UINT64_MAX;

/// The rulings on the faults from ownedByOther on, in the order of FileFault.
struct Rule {
    FileRole value;
    std::string_view name;
    std::array<Ruling, 7> rulings;
    std::uint64_t largest = anySize;
    bool folder = false;
    bool followsLink = true;
};

// Columns: owner, group writes, everybody writes, everybody reads | folders: owner, group writes, everybody
// writes.
//
// A user who can change a plugin, a secret or the database has the service's powers, so these roles accept
// nothing. Exceptions: volumes of container platforms belong to a group of the service. The manager that
// mounts a secret decides its owner. A certificate is often renewed by a separate user, who has the key
// anyway. /var/log belongs to a group on some systems. A person's folders often have a private group, and the
// client itself checks who may read its settings, because that depends on their content.
constexpr std::array table{
    Rule{FileRole::plugin, "plugin", {R, R, R, A, R, R, R}},
    Rule{FileRole::secret, "secret file", {R, R, R, W, R, R, R}, 64 * kibi},
    Rule{FileRole::mountedSecret, "mounted secret", {A, R, R, A, A, R, R}, 64 * kibi},
    Rule{FileRole::credentials, "credentials directory", {A, R, R, A, A, R, R}, anySize, true},
    Rule{FileRole::tlsCertificate, "TLS certificate", {W, W, R, A, W, W, R}, 1024 * kibi},
    Rule{FileRole::tlsKey, "TLS key", {W, R, R, W, W, W, R}, 1024 * kibi},
    Rule{FileRole::authorities, "upstream CA bundle", {R, R, R, A, R, R, R}, 4096 * kibi},
    Rule{FileRole::authoritiesFolder, "upstream CA directory", {R, R, R, A, R, R, R}, anySize, true},
    Rule{FileRole::personalAuthorities, "client's CA bundle", {R, A, R, A, R, A, R}, 4096 * kibi},
    Rule{FileRole::clientSettings, "client settings", {R, R, R, A, R, W, R}, 64 * kibi},
    Rule{FileRole::databaseFolder, "database directory", {R, W, R, A, R, W, R}, anySize, true},
    Rule{FileRole::database, "database file", {R, W, W, W, A, A, A}, anySize, false, false},
    Rule{FileRole::logFile, "log file", {R, W, R, A, W, W, R}, anySize, false, false},
};

static_assert(base::isComplete(table, FileRole::logFile));

const Rule& ruleOf(FileRole role) noexcept {
    return *base::rowIn(table, role);
}

} // namespace

Ruling rulingOn(FileRole role, FileFault fault) noexcept {
    const auto first = static_cast<std::size_t>(FileFault::ownedByOther);
    const auto index = static_cast<std::size_t>(fault);
    return index < first ? Ruling::refused : ruleOf(role).rulings[index - first];
}

std::string_view nameOf(FileRole role) noexcept {
    return ruleOf(role).name;
}

std::uint64_t largestOf(FileRole role) noexcept {
    return ruleOf(role).largest;
}

bool isFolder(FileRole role) noexcept {
    return ruleOf(role).folder;
}

bool followsLink(FileRole role) noexcept {
    return ruleOf(role).followsLink;
}

} // namespace central_oauth::platform
