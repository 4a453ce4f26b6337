// SPDX-License-Identifier: Apache-2.0
// login.json: links that are under way, so that an interrupted login can be taken up again or ended.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/provider/Services.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// An earlier link. Movable only, because of its secret.
struct PendingLogin {
    LinkRequest request;
    LinkCode link; ///< expiresIn is what is left, zero once it is over
};

/// The links to one server that this person has begun and not finished, in a file that only they can read.
///
/// Borrows the clock, which tells wall-clock time: a link outlives the process.
///
/// Threads: one. Two processes that change the file at the same moment may lose one's change; what is lost
/// is the way back to a link, which then expires by itself.
///
/// Errors: none; a file that can't be used counts as none, and one that can't be written is told by `keep`.
class PendingLogins {
public:
    /// `folder` is where the file is; nothing: no link is kept. `url` is the server's.
    PendingLogins(const std::optional<std::filesystem::path>& folder, std::string url,
                  const provider::Clock& clock);

    /// Keeps a link that was just made; false if it can't be.
    [[nodiscard]] bool keep(const LinkRequest& request, const LinkCode& link);

    /// Forgets the link with this code.
    void drop(const std::string& code);

    /// The link that the same request has made, also when it is over; nothing if there is none.
    [[nodiscard]] std::optional<PendingLogin> find(const LinkRequest& request) const;

    /// All that are not over.
    [[nodiscard]] std::vector<PendingLogin> open() const;

private:
    struct Entry;

    [[nodiscard]] bool isHere(const Entry& entry) const;
    [[nodiscard]] std::vector<Entry> read() const;
    [[nodiscard]] bool write(const std::vector<Entry>& entries) const;
    [[nodiscard]] PendingLogin loginOf(const Entry& entry) const;

    std::filesystem::path _path; ///< empty: there is no folder
    std::string _url;
    const provider::Clock& _clock;
};

} // namespace central_oauth::cli
