// SPDX-License-Identifier: Apache-2.0
#include "KeptConnection.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

namespace central_oauth::test {

std::string KeptConnection::textOf(const RawCall& call) const {
    std::string text = call.method + " " + call.target + " HTTP/1.1\r\n";
    const bool hasHost = std::any_of(call.headers.begin(), call.headers.end(),
                                     [](const auto& field) { return field.first == "Host"; });
    if (!hasHost)
        text += "Host: 127.0.0.1:" + std::to_string(_port) + "\r\n";
    for (const auto& [name, value] : call.headers)
        text += name + ": " + value + "\r\n";
    if (!call.body.empty() || call.method != "GET")
        text += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
    return text + "\r\n" + call.body;
}

HttpAnswer KeptConnection::exchange(const RawCall& call) {
    constexpr std::chrono::seconds longest{30};
    const auto text = textOf(call);
    // A second attempt, because the other side may have closed the kept connection meanwhile.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!_connection)
            _connection = std::make_unique<RawConnection>(_place);
        std::optional<HttpAnswer> answer;
        (void)_connection->send(text);
        _connection->receiveUntil(
            [&] {
                answer = takeAnswer(_connection->received());
                return answer.has_value();
            },
            RawConnection::Clock::now() + longest);
        if (!answer || answer->header("Connection") == "close")
            _connection.reset();
        if (answer)
            return std::move(*answer);
    }
    throw std::runtime_error("no answer to " + call.method + " " + call.target.substr(0, 100));
}

std::uint16_t portOf(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

} // namespace central_oauth::test
