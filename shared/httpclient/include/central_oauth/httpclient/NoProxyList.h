// SPDX-License-Identifier: Apache-2.0
// NO_PROXY: the hosts that are reached without a proxy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::httpclient {

/// NO_PROXY as curl reads it, and what Go, Python and Node add to that. Immutable, thread-safe.
///
/// Commas and blanks separate entries. An entry is
/// - a name: this host and every host below it. A dot or `*.` before it and a dot behind it change nothing.
/// - an address, IPv6 also in brackets, or a network with its length, such as 10.0.0.0/8. It stands for hosts
///   that are written as addresses; no name is looked up.
/// - any of these but a network with `:PORT` behind it: this port only.
/// - `*`: every host.
/// Case does not matter.
class NoProxyList {
public:
    explicit NoProxyList(std::string_view text);

    /// Whether the host is reached without the proxy. `host`: a name, or an address without brackets.
    [[nodiscard]] bool contains(std::string_view host, std::uint16_t port) const;

    /// The entries that can never match, each as "entry 2 of NO_PROXY …" goes on: what is wrong with it.
    struct Useless {
        std::size_t position = 0; ///< counted from 1
        std::string entry{};      ///< printable ASCII, cut
        std::string why{};        ///< continues the entry to a sentence
    };
    [[nodiscard]] const std::vector<Useless>& useless() const noexcept { return _useless; }

private:
    struct Entry {
        std::string name{};                ///< in lower case, without dots around it; empty: a network
        std::vector<std::uint8_t> bytes{}; ///< the network's address
        unsigned bits = 0;                 ///< its length
        std::uint16_t port = 0;            ///< 0: any
    };

    /// Returns why the text is no entry that can match; empty if it is one.
    std::string add(std::string_view text);
    static std::string parse(std::string_view text, Entry& entry);
    [[nodiscard]] static bool matches(const Entry& entry, const std::string& host,
                                      const std::vector<std::uint8_t>& bytes);

    std::vector<Entry> _entries;
    std::vector<Useless> _useless;
    bool _all = false;
};

} // namespace central_oauth::httpclient
