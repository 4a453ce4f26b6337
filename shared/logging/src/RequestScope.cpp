// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>

namespace central_oauth::logging {

namespace {

thread_local RequestScope* innermost = nullptr;

} // namespace

RequestScope::RequestScope(std::string_view requestId, std::initializer_list<Field> fields)
    : _requestId(requestId), _outer(innermost) {
    constexpr std::size_t usualFields = 12;
    _fields.reserve(usualFields);
    if (_outer != nullptr) {
        if (_requestId.empty())
            _requestId = _outer->_requestId;
        // The outer scope's texts outlive this one, so its fields need no copies.
        _fields = _outer->_fields;
    }
    for (const Field& field : fields)
        add(field);
    innermost = this;
}

RequestScope::RequestScope(const CapturedScope& captured) : RequestScope(captured._requestId) {
    for (const auto& [name, text] : captured._fields)
        add({name, text});
}

CapturedScope::CapturedScope() : _requestId(RequestScope::requestId()) {
    if (innermost == nullptr)
        return;
    for (const Field& field : innermost->fields())
        if (const auto* text = std::get_if<std::string_view>(&field.value()))
            _fields.emplace_back(field.name(), *text);
}

RequestScope::~RequestScope() {
    innermost = _outer;
}

void RequestScope::add(const Field& field) {
    const auto same = std::find_if(_fields.begin(), _fields.end(),
                                   [&field](const Field& known) { return known.name() == field.name(); });
    const auto name = same == _fields.end() ? keep(field.name()) : same->name();
    Field owned(name, false);
    if (const auto* text = std::get_if<std::string_view>(&field.value()))
        owned = Field(name, keep(*text));
    else
        owned = std::visit([name](const auto& value) { return Field(name, value); }, field.value());
    if (same == _fields.end())
        _fields.push_back(owned);
    else
        *same = owned;
}

std::string_view RequestScope::keep(std::string_view text) {
    if (text.size() > _near.size() - _nearUsed)
        return _far.emplace_front(text);
    char* const place = _near.data() + _nearUsed;
    _nearUsed += text.copy(place, text.size());
    return {place, text.size()};
}

void RequestScope::note(std::string_view name, std::string_view text) {
    if (innermost != nullptr && !text.empty())
        innermost->add(Field(name, text));
}

RequestScope* RequestScope::current() noexcept {
    return innermost;
}

std::string_view RequestScope::requestId() noexcept {
    return innermost == nullptr ? std::string_view() : std::string_view(innermost->_requestId);
}

} // namespace central_oauth::logging
