// SPDX-License-Identifier: Apache-2.0
// Parses application/x-www-form-urlencoded text strictly.
#include "central_oauth/http/Parameters.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/http/Encoding.h"

#include <algorithm>

namespace central_oauth::http {

namespace {

using base::Error;
using base::ErrorCode;

// Names come from the caller: shows only short ones that are harmless wherever they are printed.
std::string shown(std::string_view name) {
    constexpr std::size_t longest = 64;
    return name.size() <= longest && base::isToken(name) ? " \"" + std::string(name) + '"' : std::string();
}

std::string decoded(std::string_view text, std::string_view what) {
    auto result = percentDecode(text, Plus::space);
    if (!result)
        throw Error(ErrorCode::invalidRequest, "The " + std::string(what) + " is not well encoded.");
    return std::move(*result);
}

// Removes the first pair, still encoded.
std::pair<std::string_view, std::string_view> takePiece(std::string_view& text) {
    const auto piece = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
    const auto equals = piece.find('=');
    return {piece.substr(0, equals),
            equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1)};
}

} // namespace

Parameters::Parameters(std::vector<Pair> pairs) : _pairs(std::move(pairs)) {
    for (auto pair = _pairs.begin(); pair != _pairs.end(); ++pair)
        if (std::any_of(_pairs.begin(), pair,
                        [pair](const Pair& earlier) { return earlier.first == pair->first; }))
            throw Error(ErrorCode::invalidRequest,
                        "The parameter" + shown(pair->first) + " occurs more than once.");
}

Parameters Parameters::parse(std::string_view text, std::string_view what) {
    std::vector<Pair> pairs;
    while (!text.empty()) {
        const auto [name, value] = takePiece(text);
        if (name.empty())
            throw Error(ErrorCode::invalidRequest,
                        "The " + std::string(what) + " has a parameter without a name.");
        if (pairs.size() == maximumCount)
            throw Error(ErrorCode::invalidRequest, "The " + std::string(what) + " has too many parameters.");
        pairs.emplace_back(decoded(name, what), decoded(value, what));
    }
    return Parameters(std::move(pairs));
}

Parameters Parameters::parseKnown(std::string_view text, std::span<const std::string> names,
                                  std::string_view what) {
    std::vector<Pair> pairs;
    while (!names.empty() && !text.empty()) {
        const auto [rawName, value] = takePiece(text);
        auto name = percentDecode(rawName, Plus::space);
        if (!name || std::find(names.begin(), names.end(), *name) == names.end())
            continue;
        if (pairs.size() == maximumCount)
            throw Error(ErrorCode::invalidRequest, "The " + std::string(what) + " has too many parameters.");
        pairs.emplace_back(std::move(*name), decoded(value, what));
    }
    return Parameters(std::move(pairs));
}

std::optional<std::string_view> Parameters::find(std::string_view name) const noexcept {
    for (const Pair& pair : _pairs)
        if (pair.first == name)
            return pair.second;
    return std::nullopt;
}

std::string_view Parameters::get(std::string_view name) const {
    if (const auto value = find(name))
        return *value;
    throw Error(ErrorCode::invalidRequest, "The parameter" + shown(name) + " is missing.");
}

void Parameters::requireOnly(std::span<const std::string> names, std::string_view what) const {
    for (const Pair& pair : _pairs)
        if (std::find(names.begin(), names.end(), pair.first) == names.end())
            throw Error(ErrorCode::invalidRequest, "The " + std::string(what) + " parameter" +
                                                       shown(pair.first) + " is not known here.");
}

} // namespace central_oauth::http
