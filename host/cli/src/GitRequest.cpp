// SPDX-License-Identifier: Apache-2.0
// Reads git's attributes and refuses every host but the one that the token is for.
#include "GitRequest.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace central_oauth::cli {

namespace {

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool isLoopback(const std::string& host) {
    constexpr std::array<const char*, 3> names{"localhost", "127.0.0.1", "[::1]"};
    const bool bracketed = !host.empty() && host.front() == '[';
    const std::size_t port = host.find(':', bracketed ? host.find(']') : 0);
    return std::find(names.begin(), names.end(), host.substr(0, port)) != names.end();
}

} // namespace

GitRequest readGitRequest(Terminal& terminal) {
    GitRequest request;
    bool hasHost = false;
    bool hasProtocol = false;
    while (std::optional<std::string> line = terminal.readLine()) {
        if (!line->empty() && line->back() == '\r') // a pipe on Windows
            line->pop_back();
        if (line->empty())
            break;
        const std::size_t equals = line->find('=');
        const std::string name = line->substr(0, equals);
        if (equals == std::string::npos || (name != "protocol" && name != "host"))
            continue;
        std::string& attribute = name == "host" ? request.host : request.protocol;
        bool& isSaid = name == "host" ? hasHost : hasProtocol;
        request.isAmbiguous = request.isAmbiguous || isSaid;
        isSaid = true;
        attribute = lowered(line->substr(equals + 1));
    }
    return request;
}

bool isFor(const GitRequest& request, const std::string& host) {
    if (request.isAmbiguous || request.host.empty() || request.host != host)
        return false;
    return request.protocol == "https" || (request.protocol == "http" && isLoopback(request.host));
}

} // namespace central_oauth::cli
