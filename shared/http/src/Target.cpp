// SPDX-License-Identifier: Apache-2.0
// Parses request targets.
#include "central_oauth/http/Target.h"

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/http/Encoding.h"

#include <algorithm>
#include <utility>

namespace central_oauth::http {

namespace {

using base::Error;
using base::ErrorCode;

Error malformed(std::string hint) {
    return Error(ErrorCode::invalidRequest, std::move(hint));
}

std::string decodedSegment(std::string_view raw) {
    auto segment = percentDecode(raw);
    if (!segment)
        throw malformed("The path is not well encoded.");
    if (segment->find_first_of("/\\") != std::string::npos || base::hasControls(*segment) ||
        *segment == "." || *segment == "..")
        throw malformed("The path has a segment that is not allowed.");
    return std::move(*segment);
}

// RFC 9112 section 3.2.2: servers must accept the absolute form, although clients send it only to proxies.
void takeAuthority(std::string_view& text, Target& target) {
    for (const auto& [prefix, scheme] : {std::pair(std::string_view("http://"), base::WebScheme::http),
                                         std::pair(std::string_view("https://"), base::WebScheme::https)}) {
        if (!base::startsWithIgnoringCase(text, prefix))
            continue;
        text.remove_prefix(prefix.size());
        target.scheme = scheme;
        target.authority = std::string(text.substr(0, text.find_first_of("/?")));
        text.remove_prefix(target.authority.size());
        if (target.authority.empty())
            throw malformed("The request target has no host.");
        return;
    }
}

// Decodes only as much as a prefix needs, so that garbage further on can't hide it. Skips white space before
// a credential: a copying mistake must not evade the check.
std::string decodedBeginning(std::string_view raw) {
    constexpr std::size_t enough = 64;
    std::string beginning;
    for (std::size_t at = 0; at < std::min(raw.size(), enough);) {
        const std::size_t width = raw[at] == '%' ? 3 : 1;
        beginning += percentDecode(raw.substr(at, width), Plus::space).value_or("?");
        at += width;
    }
    return beginning.substr(std::min(beginning.find_first_not_of(" \t\r\n\""), beginning.size()));
}

} // namespace

Target parseTarget(std::string_view text) {
    const auto odd = [](char character) {
        return character <= 0x20 || character >= 0x7F || character == '#';
    };
    if (std::any_of(text.begin(), text.end(), odd))
        throw malformed("The request target has characters that must be encoded.");
    Target target;
    takeAuthority(text, target);
    auto path = text.substr(0, text.find('?'));
    target.query = std::string(rawQueryOf(text));
    if (path.empty() && !target.authority.empty())
        path = "/";
    if (path.empty() || path.front() != '/')
        throw malformed("The request target is not a path.");
    const auto segments = std::count(path.begin(), path.end(), '/');
    target.segments.reserve(static_cast<std::size_t>(segments));
    target.path.reserve(path.size());
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto raw = path.substr(0, path.find('/'));
        path.remove_prefix(raw.size());
        target.segments.push_back(decodedSegment(raw));
        target.path.append(1, '/').append(target.segments.back());
    }
    return target;
}

std::string_view rawQueryOf(std::string_view target) noexcept {
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

bool queryCarriesCredential(std::string_view rawQuery) {
    while (!rawQuery.empty()) {
        const auto piece = rawQuery.substr(0, rawQuery.find('&'));
        rawQuery.remove_prefix(std::min(rawQuery.size(), piece.size() + 1));
        // For this parser a piece without "=" is a name, but its sender meant a value.
        const auto equals = piece.find('=');
        if (base::looksLikeCredential(decodedBeginning(piece)) ||
            (equals != std::string_view::npos &&
             base::looksLikeCredential(decodedBeginning(piece.substr(equals + 1)))))
            return true;
    }
    return false;
}

} // namespace central_oauth::http
