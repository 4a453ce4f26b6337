// SPDX-License-Identifier: Apache-2.0
// Rules for lines and values, each judged by itself.
#include "GuardRules.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include <Poco/Net/IPAddress.h>

namespace central_oauth::http {

namespace {

constexpr std::size_t longestMethod = 32;
constexpr std::size_t mostChunkDigits = 8;
constexpr std::size_t mostPortDigits = 5;

// The positions in which a byte may occur.
enum Class : unsigned char { inTarget = 1, inValue = 2, inHost = 4 };

constexpr std::array<unsigned char, 256> makeClasses() {
    std::array<unsigned char, 256> classes{};
    // Unreserved characters and sub-delims of RFC 3986, without the comma.
    constexpr std::string_view host = "-._~!$&'()*+;=";
    for (std::size_t byte = 0; byte < classes.size(); ++byte) {
        const auto character = static_cast<char>(byte);
        if (base::isVisible(character))
            classes[byte] |= inTarget;
        if (base::isVisible(character) || byte == ' ' || byte == '\t' || byte >= 0x80)
            classes[byte] |= inValue;
        if (base::isAlphanumeric(character) || host.find(character) != std::string_view::npos)
            classes[byte] |= inHost;
    }
    return classes;
}

constexpr auto classes = makeClasses();

// No early exit: faults are rare, and the loop is faster without a branch.
bool consistsOf(Class wanted, std::string_view text) noexcept {
    unsigned char common = wanted;
    for (const char character : text)
        common &= classes[static_cast<unsigned char>(character)];
    return common != 0;
}

// RFC 3986 section 3.2.2, reg-name or IPv4address.
bool isName(std::string_view name) noexcept {
    if (name.empty())
        return false;
    for (auto escape = name.find('%'); escape != std::string_view::npos; escape = name.find('%')) {
        const auto digits = name.substr(escape + 1, 2);
        if (digits.size() != 2 || !base::consistsOf(digits, base::isHexDigit) ||
            !consistsOf(inHost, name.substr(0, escape)))
            return false;
        name.remove_prefix(escape + 3);
    }
    return consistsOf(inHost, name);
}

// Without brackets. Refuses zones: they have no meaning here, and a look-up would ask the system.
bool isIpv6(std::string_view address) {
    Poco::Net::IPAddress parsed;
    return address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
           address.find(':') != std::string_view::npos &&
           Poco::Net::IPAddress::tryParse(std::string(address), parsed);
}

// Removes the first element from a list and trims it.
std::string_view takeElement(std::string_view& list) noexcept {
    const auto comma = std::min(list.find(','), list.size());
    const auto element = base::trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    return element;
}

} // namespace

std::optional<GuardFault> parseRequestLine(std::string_view line, RequestLine& parts) {
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos)
        return GuardFault{400, "Send method, target and version with single spaces between them."};
    parts = {line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1)};
    if (!base::isToken(parts.method))
        return GuardFault{400, "Begin the request with a method, e.g. GET."};
    if (parts.target.empty() || !consistsOf(inTarget, parts.target))
        return GuardFault{400, "Percent-encode what is not visible ASCII in the request's target."};
    if (parts.version != "HTTP/1.1" && parts.version != "HTTP/1.0")
        return GuardFault{400, "Speak HTTP/1.1 or HTTP/1.0, and end the request line with that version."};
    if (parts.method.size() > longestMethod)
        return GuardFault{501, "Use a method of at most 32 characters."};
    return std::nullopt;
}

std::optional<GuardFault> parseField(std::string_view line, const GuardLimits& limits, FieldLine& parts) {
    // RFC 9112 section 5.2.
    if (line.front() == ' ' || line.front() == '\t')
        return GuardFault{400, "Send every header field in one line."};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return GuardFault{400, "Put a colon between the name and the value of every header field."};
    parts = {line.substr(0, colon), base::trim(line.substr(colon + 1))};
    if (!base::isToken(parts.name))
        return GuardFault{
            400, "Name header fields with letters, digits and hyphens, and no space before the colon."};
    if (!consistsOf(inValue, parts.value))
        return GuardFault{400, "Leave control characters out of header fields."};
    // Some readers decode RFC 2047 words, so two readers could see different values.
    if (parts.value.find("=?") != std::string_view::npos)
        return GuardFault{400, "Leave encoded words (=?...?=) out of header fields."};
    if (parts.name.size() > limits.fieldName)
        return GuardFault{431, "Shorten the name of a header field."};
    if (parts.value.size() > limits.fieldValue)
        return GuardFault{431, "Shorten the value of a header field."};
    return std::nullopt;
}

GuardedField guardedField(std::string_view name) noexcept {
    const auto is = [name](std::string_view known) { return base::equalsIgnoringCase(name, known); };
    const auto chosen = [](bool matches, GuardedField field) {
        return matches ? field : GuardedField::other;
    };
    switch (name.size()) {
    case 2:
        return chosen(is("TE"), GuardedField::dropped);
    case 4:
        return chosen(is("Host"), GuardedField::host);
    case 6:
        return chosen(is("Expect"), GuardedField::expect);
    case 7:
        return chosen(is("Trailer") || is("Upgrade"), GuardedField::dropped);
    case 10:
        return is("Connection") ? GuardedField::connection : chosen(is("Keep-Alive"), GuardedField::dropped);
    case 14:
        return chosen(is("Content-Length"), GuardedField::contentLength);
    case 16:
        return chosen(is("Proxy-Connection"), GuardedField::dropped);
    case 17:
        return chosen(is("Transfer-Encoding"), GuardedField::transferEncoding);
    default:
        return GuardedField::other;
    }
}

bool isHostValue(std::string_view value) {
    std::size_t end = 0;
    if (!value.empty() && value.front() == '[') {
        const auto bracket = value.find(']');
        if (bracket == std::string_view::npos || !isIpv6(value.substr(1, bracket - 1)))
            return false;
        end = bracket + 1;
    } else {
        end = std::min(value.find(':'), value.size());
        if (!isName(value.substr(0, end)))
            return false;
    }
    const auto rest = value.substr(end);
    return rest.empty() || (rest.front() == ':' && rest.size() <= mostPortDigits + 1 &&
                            base::consistsOf(rest.substr(1), base::isDigit));
}

std::optional<std::size_t> parseContentLength(std::string_view value) noexcept {
    if (!base::isNumber(value))
        return std::nullopt;
    return base::parseNumber<std::size_t>(value).value_or(std::numeric_limits<std::size_t>::max());
}

bool isCodingList(std::string_view value) noexcept {
    if (value.empty() || value.back() == ',')
        return false;
    bool wasChunked = false;
    while (!value.empty()) {
        const auto element = takeElement(value);
        if (wasChunked || !base::isToken(base::trim(element.substr(0, element.find(';')))))
            return false;
        wasChunked = base::equalsIgnoringCase(element, "chunked");
    }
    return true;
}

bool listHas(std::string_view list, std::string_view token) noexcept {
    while (!list.empty())
        if (base::equalsIgnoringCase(takeElement(list), token))
            return true;
    return false;
}

std::optional<std::size_t> parseChunkSize(std::string_view line) noexcept {
    const auto digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
    if (digits == 0 || digits > mostChunkDigits)
        return std::nullopt;
    const auto rest = line.substr(digits);
    const auto extension = base::trim(rest);
    if (!rest.empty() && (extension.empty() || extension.front() != ';' || !consistsOf(inValue, extension)))
        return std::nullopt;
    return base::parseNumber<std::size_t>(line.substr(0, digits), 16);
}

} // namespace central_oauth::http
