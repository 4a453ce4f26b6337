// SPDX-License-Identifier: Apache-2.0
// login.json: open links, so that an interrupted login can be resumed or cancelled.
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
/// Not thread-safe. If two processes change the file at the same moment, one change may be lost: that link
/// can't be resumed and expires by itself.
///
/// Errors: none. A file that can't be used counts as missing; `keep` reports one that can't be written.
class PendingLogins {
public:
    /// `folder` is where the file is; without it, no link is kept. `url` is the server's.
    PendingLogins(const std::optional<std::filesystem::path>& folder, std::string url,
                  const provider::Clock& clock);

    /// Keeps a new link. Returns false if it can't be kept.
    [[nodiscard]] bool keep(const LinkRequest& request, const LinkCode& link);

    /// Forgets the link with this code.
    void drop(const std::string& code);

    /// Returns the link that the same request made, even if it is over, or nullopt if there is none.
    [[nodiscard]] std::optional<PendingLogin> find(const LinkRequest& request) const;

    /// Returns all links that are not over.
    [[nodiscard]] std::vector<PendingLogin> open() const;

private:
    struct Entry;

    [[nodiscard]] bool isHere(const Entry& entry) const;
    [[nodiscard]] std::vector<Entry> read() const;
    [[nodiscard]] bool write(const std::vector<Entry>& entries) const;
    [[nodiscard]] PendingLogin loginOf(const Entry& entry) const;

    std::filesystem::path _path; ///< empty without a folder
    std::string _url;
    const provider::Clock& _clock;
};

} // namespace central_oauth::cli
