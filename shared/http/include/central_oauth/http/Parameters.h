// SPDX-License-Identifier: Apache-2.0
// Named values of a query or a form.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::http {

/// Named text values in order of arrival, with distinct names.
///
/// A value. Names compare exactly. Results of look-ups are valid as long as the object.
///
/// Errors: base::Error invalidRequest with a hint that names the fault.
class Parameters {
public:
    using Pair = std::pair<std::string, std::string>;

    static constexpr std::size_t maximumCount = 32; ///< more are refused

    Parameters() = default;

    /// For tests, and for callers that already have pairs.
    /// Throws: invalidRequest for a repeated name.
    explicit Parameters(std::vector<Pair> pairs);

    /// Parses application/x-www-form-urlencoded text strictly (WHATWG URL, RFC 6749 appendix B). Refuses
    /// repeated or empty names (RFC 6749 section 3.1), broken escapes, NUL, invalid UTF-8 and more than
    /// `maximumCount` pairs. `what` names the input in hints, e.g. "query".
    [[nodiscard]] static Parameters parse(std::string_view text, std::string_view what);

    /// As parse, for the pairs with these names. Ignores all others, even malformed ones.
    [[nodiscard]] static Parameters parseKnown(std::string_view text, std::span<const std::string> names,
                                               std::string_view what);

    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    /// Returns the value of that name.
    /// Throws: invalidRequest if there is none.
    [[nodiscard]] std::string_view get(std::string_view name) const;

    /// Throws invalidRequest if there is any other name.
    void requireOnly(std::span<const std::string> names, std::string_view what) const;

    [[nodiscard]] bool empty() const noexcept { return _pairs.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return _pairs.size(); }
    [[nodiscard]] auto begin() const noexcept { return _pairs.begin(); }
    [[nodiscard]] auto end() const noexcept { return _pairs.end(); }

private:
    std::vector<Pair> _pairs;
};

} // namespace central_oauth::http
