// SPDX-License-Identifier: Apache-2.0
// Header fields that many answers share.
#pragma once

#include "central_oauth/http/Headers.h"

#include <string>
#include <utility>

namespace central_oauth::http {

/// Fields whose text is made once. Immutable; shared by threads.
class HeaderBlock {
public:
    HeaderBlock() = default;
    /// Requires: fields that do not break the message.
    explicit HeaderBlock(Headers fields) : _fields(std::move(fields)) {
        for (const auto& field : _fields)
            _text.append(field.name).append(": ").append(field.value).append("\r\n");
    }

    [[nodiscard]] const Headers& fields() const noexcept { return _fields; }
    /// The lines of all fields, each with its end.
    [[nodiscard]] const std::string& text() const noexcept { return _text; }

private:
    Headers _fields;
    std::string _text;
};

} // namespace central_oauth::http
