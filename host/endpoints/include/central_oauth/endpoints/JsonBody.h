// SPDX-License-Identifier: Apache-2.0
// Request bodies: one flat JSON object, read strictly.
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
/// Each route names its fields and their types. Ambiguous JSON is refused: a duplicate member, an empty or
/// blank text, NUL and ill-formed UTF-8 in texts, nesting deeper than 8. The services check the sizes of
/// texts and lists.
///
/// Errors: base::Error invalidRequest naming the field, unsupportedMediaType, notImplemented for a field that
/// the API describes and this version does not offer.
class JsonBody {
public:
    /// The fields that a route takes, by type, and those that it will take in a later version.
    struct Fields {
        std::vector<std::string> texts{};
        std::vector<std::string> lists{};   ///< arrays of strings
        std::vector<std::string> numbers{}; ///< whole numbers
        std::vector<std::string> flags{};   ///< booleans
        std::vector<std::string> later{};
    };

    /// Parses the body of a request. An empty body counts as an empty object.
    [[nodiscard]] static JsonBody parse(const http::Request& request, const Fields& fields);

    /// Returns whether the field is present and not null.
    [[nodiscard]] bool has(const std::string& name) const;

    /// Returns whether the field is present and null, which some routes distinguish from an absent field.
    [[nodiscard]] bool isNull(const std::string& name) const { return _nulls.contains(name); }

    /// Returns the field's text, which is never empty, or an empty text if the field is absent or null.
    [[nodiscard]] const std::string& text(const std::string& name) const;

    /// Returns the field's texts in their order, or none if the field is absent or null. Valid as long as
    /// this object.
    [[nodiscard]] const std::vector<std::string>& texts(const std::string& name) const;

    /// Returns the field's whole number, or nullopt if the field is absent or null.
    [[nodiscard]] std::optional<std::int64_t> number(const std::string& name) const;

    /// Returns the field's boolean, or nullopt if the field is absent or null.
    [[nodiscard]] std::optional<bool> flag(const std::string& name) const;

private:
    std::map<std::string, std::string> _texts;
    std::map<std::string, std::vector<std::string>> _lists;
    std::map<std::string, std::int64_t> _numbers;
    std::map<std::string, bool> _flags;
    std::set<std::string> _nulls;
};

} // namespace central_oauth::endpoints
