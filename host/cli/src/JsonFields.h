// SPDX-License-Identifier: Apache-2.0
// A JSON object whose fields are read with the type they must have.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <chrono>
#include <string>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::cli {

/// A view of a parsed object, which it shares.
///
/// Errors: every reading function throws UnreadableAnswer, which names the field.
class JsonFields {
public:
    /// Parses a body that must be one object, at most 16 levels deep.
    explicit JsonFields(const provider::Secret& body);

    /// Returns whether the field is present and not null.
    [[nodiscard]] bool has(const std::string& name) const;

    [[nodiscard]] std::string text(const std::string& name) const;

    /// Returns the text, or an empty text if the field is missing or null.
    [[nodiscard]] std::string textOrEmpty(const std::string& name) const;

    /// Returns a whole number of seconds from 0 to `most`.
    [[nodiscard]] std::chrono::seconds seconds(const std::string& name, std::chrono::seconds most) const;

    /// Returns the names of the fields.
    [[nodiscard]] std::vector<std::string> names() const { return _object->getNames(); }

    [[nodiscard]] JsonFields object(const std::string& name) const;
    [[nodiscard]] std::vector<JsonFields> objects(const std::string& name) const;

private:
    explicit JsonFields(Poco::JSON::Object::Ptr object) : _object(std::move(object)) {}

    Poco::JSON::Object::Ptr _object;
};

} // namespace central_oauth::cli
