// SPDX-License-Identifier: Apache-2.0
// Generated spellings of an authority and of a URL: equivalent ones, and look-alikes.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace central_oauth::test {

/// The spellings that a comparison must accept as `same`, and the `others` that it must refuse.
struct Spellings {
    std::vector<std::string> same;
    std::vector<std::string> others;
};

inline std::string upperCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

/// Returns names that a careless comparison takes for the host.
inline std::vector<std::string> lookAlikesOf(const std::string& host) {
    const std::string evil = "evil.example";
    std::vector<std::string> names{host + "." + evil,
                                   host + evil,
                                   evil + "." + host,
                                   "evil-" + host,
                                   "evil" + host,
                                   host + "..",
                                   "." + host,
                                   host.substr(1),
                                   "user@" + host,
                                   "user:pw@" + host,
                                   host + "@" + evil,
                                   evil + "@" + host,
                                   host + "%2e",
                                   "%" + host,
                                   host + "/",
                                   host + "\\",
                                   host + "\\@" + evil,
                                   host + "#",
                                   host + "?",
                                   host + "#@" + evil,
                                   host + ",",
                                   host + "," + evil,
                                   host + " ",
                                   " " + host,
                                   host + "\t",
                                   host + "\r",
                                   "[" + host + "]",
                                   "[" + host,
                                   "xn--" + host,
                                   "*",
                                   "*." + host,
                                   evil,
                                   "",
                                   host + "-",
                                   host + "_",
                                   host + "\x7f",
                                   host + "\xc2\xad",
                                   host + "\u3002",
                                   "\u0430" + host.substr(1)};
    names.push_back(host + std::string("\0.", 2) + evil);
    names.push_back(host + std::string("\0", 1));
    std::string fullWidth = "\uff41" + host.substr(1);
    names.push_back(fullWidth);
    return names;
}

/// Returns spellings of "host:port", as Host headers and git write it. `isUsual`: `port` is the default of
/// the scheme.
inline Spellings spellingsOf(const std::string& host, int port, bool isUsual) {
    const std::string number = std::to_string(port);
    std::vector<std::string> ends{":" + number};
    if (isUsual)
        ends.emplace_back();
    std::string mixed = host;
    for (std::size_t i = 0; i < mixed.size(); i += 2)
        mixed[i] = upperCase(mixed)[i];
    Spellings all;
    for (const auto& end : ends) {
        for (const auto& name : {host, upperCase(host), mixed, host + ".", upperCase(host) + "."})
            all.same.push_back(name + end);
        for (const auto& name : lookAlikesOf(host))
            all.others.push_back(name + end);
        all.others.push_back(host + end + end + (end.empty() ? ":" + number + ":" + number : ""));
    }
    for (const auto& wrong : {std::to_string(port + 1), "0" + number, "+" + number, number + "x",
                              "-" + number, std::to_string(port + 65536), std::string("0"), " " + number})
        all.others.push_back(host + ":" + wrong);
    if (!isUsual) {
        all.others.push_back(host);
        all.others.push_back(host + ".");
    }
    return all;
}

/// Returns spellings of a URL that is an origin: "https://host:port", without a path.
inline Spellings originSpellingsOf(bool https, const std::string& host, int port, bool isUsual) {
    const auto authorities = spellingsOf(host, port, isUsual);
    const std::string scheme = https ? "https" : "http";
    Spellings all;
    for (const auto& authority : authorities.same)
        for (const auto& spelling : {scheme, upperCase(scheme)})
            all.same.push_back(spelling + "://" + authority);
    for (const auto& authority : authorities.others)
        all.others.push_back(scheme + "://" + authority);
    const auto& plain = authorities.same.front();
    for (const auto& start : {std::string(https ? "http://" : "https://"), std::string("ftp://"),
                              scheme + ":/", scheme + ":", std::string("//"), std::string(), scheme + ":///",
                              " " + scheme + "://", "x" + scheme + "://", scheme + ":\\\\"})
        all.others.push_back(start + plain);
    return all;
}

} // namespace central_oauth::test
