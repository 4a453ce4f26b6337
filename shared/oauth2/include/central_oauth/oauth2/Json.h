// SPDX-License-Identifier: Apache-2.0
// JSON from an untrusted server: checks size, depth, types and lengths before use.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::oauth2 {

/// Limits of parseObject and parseArray: levels of nesting, and bytes.
inline constexpr int maximumJsonDepth = 8;
inline constexpr std::size_t maximumJsonSize = std::size_t{256} * 1024;

/// Parses a text that must be one JSON object or array (RFC 8259). `what` names the document in errors, e.g.
/// "token response". The result shares nothing with the text. Its strings are not wiped, so release it once
/// the values are read.
/// Throws: ProviderError(protocol) that names the fault and never quotes the content.
[[nodiscard]] Poco::JSON::Object::Ptr parseObject(const provider::Secret& text, std::string_view what);
[[nodiscard]] Poco::JSON::Array::Ptr parseArray(const provider::Secret& text, std::string_view what);

/// Repairs the strings of a JSON text for any parser: NUL and unpaired surrogates become U+FFFD, raw control
/// characters become spaces, bytes that are not UTF-8 become question marks. Keeps the rest and the size. For
/// documents with texts that people write: a name must not make the whole document unreadable.
[[nodiscard]] provider::Secret withReadableTexts(const provider::Secret& text);

/// Reads and validates the members of one object. Ignores all other members.
///
/// Shares the object. Not thread-safe. Errors: ProviderError(protocol) that names document and member.
class JsonReader {
public:
    /// Requires: `object` is not null. `what` names the document in errors.
    JsonReader(Poco::JSON::Object::Ptr object, std::string what);

    /// Returns a reader of the element at `index`, from 0, which must be an object. `what` names the array in
    /// errors.
    /// Throws: ProviderError(protocol).
    static JsonReader element(const Poco::JSON::Array& array, unsigned index, const std::string& what);

    /// Returns a string of 1 to `maximum` bytes.
    /// Throws: ProviderError(protocol), as do the next two functions.
    [[nodiscard]] std::string text(const std::string& member, std::size_t maximum) const;

    /// Returns a string of at most `maximum` bytes; empty if the member is absent or null.
    [[nodiscard]] std::string optionalText(const std::string& member, std::size_t maximum) const;

    /// Returns a text for people; empty if the member is not a string. The host must sanitise it.
    [[nodiscard]] std::string displayText(const std::string& member) const;

    /// Returns an array of at most `maximum` strings of at most 256 bytes each; empty if the member is absent
    /// or null.
    [[nodiscard]] std::vector<std::string> optionalTexts(const std::string& member,
                                                         std::size_t maximum) const;

    /// Returns the object, for what the functions above do not read; valid as long as this reader.
    [[nodiscard]] const Poco::JSON::Object& object() const { return *_object; }
    [[nodiscard]] const std::string& what() const { return _what; }

private:
    Poco::JSON::Object::Ptr _object;
    std::string _what;
};

} // namespace central_oauth::oauth2
