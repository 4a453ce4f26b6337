// SPDX-License-Identifier: Apache-2.0
#include "ExchangeLog.h"

#include <sstream>

namespace central_oauth::test {

namespace {

// "> GET /v1/healthz HTTP/1.1"
void takeRequestLine(const std::string& line, LoggedExchange& exchange) {
    std::istringstream words(line);
    std::string version;
    words >> exchange.call.method >> exchange.call.url >> version;
}

// "< Retry-After: 5"
void takeField(const std::string& line, HttpAnswer& answer) {
    const auto colon = line.find(": ");
    if (colon != std::string::npos)
        answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
}

} // namespace

std::optional<LoggedExchange> lastExchange(const std::string& log) {
    LoggedExchange exchange;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        const auto rest = line.size() > 2 ? line.substr(2) : std::string();
        if (line.rfind("> ", 0) == 0 && line.size() > 9 && line.find(" HTTP/1.1") == line.size() - 9) {
            exchange = {};
            takeRequestLine(rest, exchange);
        } else if (line.rfind("> Host: ", 0) == 0)
            exchange.call.url = "http://" + rest.substr(rest.find(' ') + 1) + exchange.call.url;
        else if (line.rfind("< HTTP/1.1 ", 0) == 0)
            exchange.answer.status = std::stoi(line.substr(11, 3));
        else if (line.rfind("< ", 0) == 0)
            takeField(rest, exchange.answer);
    }
    return exchange.answer.status == 0 ? std::nullopt : std::optional(exchange);
}

std::string complaintsOfCurl(const std::string& log) {
    std::string complaints;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("curl: ", 0) == 0 || line.rfind("Warning: ", 0) == 0)
            complaints += line + "\n";
    }
    return complaints;
}

} // namespace central_oauth::test
