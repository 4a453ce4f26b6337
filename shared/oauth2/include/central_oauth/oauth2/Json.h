// SPDX-License-Identifier: Apache-2.0
// JSON from a server that need not be honest: size, depth, types and lengths are checked before use.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::oauth2 {

/// What parseObject and parseArray take at the most: levels of nesting, and bytes.
inline constexpr int maximumJsonDepth = 8;
inline constexpr std::size_t maximumJsonSize = 256 * 1024;

/// Parses a text that must be one JSON object or array (RFC 8259). `what` names the document in errors, e.g.
/// "token response". The result is the caller's alone and shares nothing with the text; its strings are not
/// wiped, so let it go as soon as the values are read.
/// Throws: ProviderError(protocol) that names the shape and never quotes the content.
[[nodiscard]] Poco::JSON::Object::Ptr parseObject(const provider::Secret& text, std::string_view what);
[[nodiscard]] Poco::JSON::Array::Ptr parseArray(const provider::Secret& text, std::string_view what);

/// Returns a JSON text whose strings any parser takes: in strings, NUL and halves of surrogate pairs become
/// U+FFFD, raw control characters a space, and bytes that are not UTF-8 a question mark. The rest stays as it
/// is, and so does the size. For documents with texts that people chose: a name must not make the whole
/// document unreadable.
[[nodiscard]] provider::Secret withReadableTexts(const provider::Secret& text);

/// Reads checked members of one object. Members nobody asks for are tolerated.
///
/// Shares the object. Threads: one. Errors: ProviderError(protocol) naming document and member.
class JsonReader {
public:
    /// Reads from `object`, which is not null; `what` names the document in errors.
    JsonReader(Poco::JSON::Object::Ptr object, std::string what);

    /// The n-th element of an array, which must be an object; numbered from 0 and named `what` in errors.
    /// Throws: ProviderError(protocol).
    static JsonReader element(const Poco::JSON::Array& array, unsigned index, const std::string& what);

    /// A string of 1 to `maximum` bytes. Throws: ProviderError(protocol), as the next two.
    [[nodiscard]] std::string text(const std::string& member, std::size_t maximum) const;

    /// A string of at most `maximum` bytes; empty where the member is absent or null.
    [[nodiscard]] std::string optionalText(const std::string& member, std::size_t maximum) const;

    /// A text for people, whatever is there: a string, or empty for anything else. Who shows it, cleans it.
    [[nodiscard]] std::string displayText(const std::string& member) const;

    /// An array of at most `maximum` strings of at most 256 bytes each; empty where absent or null.
    [[nodiscard]] std::vector<std::string> optionalTexts(const std::string& member,
                                                         std::size_t maximum) const;

    /// For what the functions above do not read; valid as long as this reader.
    [[nodiscard]] const Poco::JSON::Object& object() const { return *_object; }
    [[nodiscard]] const std::string& what() const { return _what; }

private:
    Poco::JSON::Object::Ptr _object;
    std::string _what;
};

} // namespace central_oauth::oauth2
