// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>

namespace central_oauth::logging {

namespace {

thread_local RequestScope* innermost = nullptr;

} // namespace

RequestScope::RequestScope(std::string_view correlationId, std::initializer_list<Field> fields)
    : _correlationId(correlationId), _outer(innermost) {
    if (_outer != nullptr) {
        if (_correlationId.empty())
            _correlationId = _outer->_correlationId;
        // The outer scope's texts outlive this one, so its fields need no copies of them.
        _fields = _outer->_fields;
    }
    for (const Field& field : fields)
        add(field);
    innermost = this;
}

RequestScope::~RequestScope() {
    innermost = _outer;
}

void RequestScope::add(const Field& field) {
    const std::string_view name = _texts.emplace_back(field.name());
    Field owned(name, false);
    if (const auto* text = std::get_if<std::string_view>(&field.value()))
        owned = Field(name, std::string_view(_texts.emplace_back(*text)));
    else
        owned = std::visit([name](const auto& value) { return Field(name, value); }, field.value());
    const auto same = std::find_if(_fields.begin(), _fields.end(),
                                   [name](const Field& known) { return known.name() == name; });
    if (same == _fields.end())
        _fields.push_back(owned);
    else
        *same = owned;
}

RequestScope* RequestScope::current() noexcept {
    return innermost;
}

std::string_view RequestScope::correlationId() noexcept {
    return innermost == nullptr ? std::string_view() : std::string_view(innermost->_correlationId);
}

} // namespace central_oauth::logging
