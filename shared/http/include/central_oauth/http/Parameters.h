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

/// Named text values in order of arrival; no name occurs twice.
///
/// A value; names compare exactly. Results of look-ups are valid as long as the object.
///
/// Errors: base::Error invalidRequest with a hint that names the fault.
class Parameters {
public:
    using Pair = std::pair<std::string, std::string>;

    static constexpr std::size_t maximumCount = 32; ///< more is refused

    Parameters() = default;

    /// For tests and callers that have pairs already. Throws: invalidRequest for a repeated name.
    explicit Parameters(std::vector<Pair> pairs);

    /// Reads application/x-www-form-urlencoded text strictly (WHATWG URL, RFC 6749 appendix B): repeated or
    /// empty names (RFC 6749 section 3.1), broken escapes, NUL, invalid UTF-8 and more than `maximumCount`
    /// pairs are refused. `what` names the thing in hints, e.g. "query".
    [[nodiscard]] static Parameters parse(std::string_view text, std::string_view what);

    /// Reads the pairs of these names as `parse` does, and passes over all others, whatever they are.
    [[nodiscard]] static Parameters parseKnown(std::string_view text, std::span<const std::string> names,
                                               std::string_view what);

    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    /// The value of that name. Throws: invalidRequest if there is none.
    [[nodiscard]] std::string_view get(std::string_view name) const;

    /// Throws: invalidRequest if there is a name that is not among these.
    void requireOnly(std::span<const std::string> names, std::string_view what) const;

    [[nodiscard]] bool empty() const noexcept { return _pairs.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return _pairs.size(); }
    [[nodiscard]] auto begin() const noexcept { return _pairs.begin(); }
    [[nodiscard]] auto end() const noexcept { return _pairs.end(); }

private:
    std::vector<Pair> _pairs;
};

} // namespace central_oauth::http
