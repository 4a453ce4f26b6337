// SPDX-License-Identifier: Apache-2.0
// Request bodies: one flat JSON object, strictly.
#pragma once

#include "central_oauth/http/Request.h"

#include <map>
#include <string>
#include <vector>

namespace central_oauth::endpoints {

/// The string fields of a request body. A value.
///
/// Errors: base::Error invalidRequest naming the field, unsupportedMediaType, notImplemented for a field that
/// the API describes and this version does not offer.
class JsonBody {
public:
    /// Which fields a route takes, and which it will take in a later version.
    struct Fields {
        std::vector<std::string> texts;
        std::vector<std::string> later;
    };

    /// Reads the body of a request; an empty body is an empty object. Nesting deeper than 8 is refused.
    [[nodiscard]] static JsonBody parse(const http::Request& request, const Fields& fields);

    /// The field's text, or an empty one where it is absent or null.
    [[nodiscard]] const std::string& text(const std::string& name) const;

private:
    std::map<std::string, std::string> _texts;
};

} // namespace central_oauth::endpoints
