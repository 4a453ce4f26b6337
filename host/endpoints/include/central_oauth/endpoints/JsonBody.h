// SPDX-License-Identifier: Apache-2.0
// Request bodies: one flat JSON object, strictly.
#pragma once

#include "central_oauth/http/Request.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace central_oauth::endpoints {

/// The fields of a request body. A value.
///
/// Each route names its fields and their types. What JSON lets pass and a reader could take in two ways is
/// refused: a member that is there twice, a text that is empty or blank, NUL and ill-formed UTF-8 in texts,
/// nesting deeper than 8. Sizes of
/// texts and lists are for the services to check.
///
/// Errors: base::Error invalidRequest naming the field, unsupportedMediaType, notImplemented for a field that
/// the API describes and this version does not offer.
class JsonBody {
public:
    /// Which fields a route takes, by their types, and which it will take in a later version.
    struct Fields {
        std::vector<std::string> texts{};
        std::vector<std::string> lists{};   ///< arrays of strings
        std::vector<std::string> numbers{}; ///< whole numbers
        std::vector<std::string> flags{};   ///< booleans
        std::vector<std::string> later{};
    };

    /// Reads the body of a request; an empty body is an empty object.
    [[nodiscard]] static JsonBody parse(const http::Request& request, const Fields& fields);

    /// Whether the field is there, and not null.
    [[nodiscard]] bool has(const std::string& name) const;

    /// Whether the field is there and null, for routes to which that says more than leaving it out.
    [[nodiscard]] bool isNull(const std::string& name) const { return _nulls.contains(name); }

    /// The field's text; empty where it is absent or null, and only there.
    [[nodiscard]] const std::string& text(const std::string& name) const;

    /// The field's texts in their order; none where it is absent or null. Valid as long as this.
    [[nodiscard]] const std::vector<std::string>& texts(const std::string& name) const;

    /// The field's whole number; nothing where it is absent or null.
    [[nodiscard]] std::optional<std::int64_t> number(const std::string& name) const;

    /// The field's boolean; nothing where it is absent or null.
    [[nodiscard]] std::optional<bool> flag(const std::string& name) const;

private:
    std::map<std::string, std::string> _texts;
    std::map<std::string, std::vector<std::string>> _lists;
    std::map<std::string, std::int64_t> _numbers;
    std::map<std::string, bool> _flags;
    std::set<std::string> _nulls;
};

} // namespace central_oauth::endpoints
