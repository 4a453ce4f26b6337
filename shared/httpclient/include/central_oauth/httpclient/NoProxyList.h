// SPDX-License-Identifier: Apache-2.0
// NO_PROXY: the hosts that are contacted without a proxy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::httpclient {

/// NO_PROXY as curl reads it, with the extensions of Go, Python and Node. Immutable, thread-safe.
///
/// Commas and blanks separate entries. An entry is one of:
/// - a name: this host and every host below it. A leading dot or `*.` and a trailing dot change nothing.
/// - an address, IPv6 also in brackets, or a network with its length, such as 10.0.0.0/8. It matches hosts
///   written as addresses; no name is looked up.
/// - a name or an address followed by `:PORT`: this port only.
/// - `*`: every host.
/// Case does not matter.
class NoProxyList {
public:
    explicit NoProxyList(std::string_view text);

    /// Returns whether the host is contacted without the proxy. `host` is a name, or an address without
    /// brackets.
    [[nodiscard]] bool contains(std::string_view host, std::uint16_t port) const;

    /// An entry that can never match.
    struct Useless {
        std::size_t position = 0; ///< counted from 1
        std::string entry{};      ///< printable ASCII, truncated
        std::string why{};        ///< the reason; continues the entry to a sentence
    };
    [[nodiscard]] const std::vector<Useless>& useless() const noexcept { return _useless; }

private:
    struct Entry {
        std::string name{};                ///< in lower case, without dots around it; empty for a network
        std::vector<std::uint8_t> bytes{}; ///< the network's address
        unsigned bits = 0;                 ///< its length
        std::uint16_t port = 0;            ///< 0 for any
    };

    /// Returns why the text is not a usable entry; empty if it is one.
    std::string add(std::string_view text);
    static std::string parse(std::string_view text, Entry& entry);
    [[nodiscard]] static bool matches(const Entry& entry, const std::string& host,
                                      const std::vector<std::uint8_t>& bytes);

    std::vector<Entry> _entries;
    std::vector<Useless> _useless;
    bool _all = false;
};

} // namespace central_oauth::httpclient
