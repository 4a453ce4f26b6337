// SPDX-License-Identifier: Apache-2.0
// Sends many rows at once and compares the answers with the expected ones.
#include "RawRequestTableRun.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <Poco/NumberFormatter.h>
#include <Poco/String.h>

namespace central_oauth::test {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 20s;

/// One row on its own connection.
struct Exchange {
    Exchange(const RawRequest& ofTable, std::vector<std::string> inPieces, const RawPlace& place)
        : row(&ofTable), pieces(std::move(inPieces)), connection(place) {}

    /// Takes what has arrived; returns true when nothing more is expected.
    bool isDone() {
        while (!connection.received().empty() && complaint.empty()) {
            const std::size_t at = answers.size();
            try {
                auto answer =
                    takeAnswer(connection.received(), at < row->answers.size() && row->answers[at].bodiless);
                if (!answer)
                    break;
                if (answer->status == 100)
                    ++interim;
                else
                    answers.push_back(std::move(*answer));
            } catch (const std::runtime_error& malformed) {
                complaint = malformed.what();
            }
        }
        if (!complaint.empty() || connection.end() != RawConnection::End::open)
            return true;
        if (probed || answers.size() != row->answers.size())
            return answers.size() > row->answers.size();
        if (row->afterwards == Afterwards::ends)
            return false;
        // One more request shows whether the connection is in the expected state.
        probed = true;
        return !connection.send(rawGet("/v1/healthz"));
    }

    const RawRequest* row;
    std::vector<std::string> pieces;
    RawConnection connection;
    std::vector<HttpAnswer> answers{};
    int interim = 0;
    bool probed = false;
    std::string complaint{};
};

std::string faultsOf(const HttpAnswer& answer, const RawAnswer& expected) {
    std::string faults;
    if (answer.status != expected.status)
        return "; status " + std::to_string(answer.status) + " instead of " +
               std::to_string(expected.status) + ' ' + rawPrintable(answer.body);
    if (expected.body && *expected.body != answer.body)
        faults +=
            "; body \"" + rawPrintable(answer.body) + "\" instead of \"" + rawPrintable(*expected.body) + '"';
    if (expected.refusal)
        faults += rawRefusalFaults(answer);
    return faults;
}

/// Returns the differences from the expected answers, or empty.
std::string faultsOf(Exchange& exchange) {
    const RawRequest& row = *exchange.row;
    if (!exchange.complaint.empty())
        return "; " + rawPrintable(exchange.complaint);
    std::string faults;
    auto expected = row.answers;
    const bool isOpen = exchange.connection.end() == RawConnection::End::open;
    if (exchange.probed && (isOpen || exchange.answers.size() > expected.size()))
        expected.push_back(rawHealthy());
    for (std::size_t at = 0; at < std::min(expected.size(), exchange.answers.size()); ++at)
        faults += faultsOf(exchange.answers[at], expected[at]);
    if (exchange.answers.size() != expected.size())
        faults += "; " + std::to_string(exchange.answers.size()) + " answers instead of " +
                  std::to_string(expected.size());
    if (exchange.interim > (row.mayContinue ? 1 : 0))
        faults += "; " + std::to_string(exchange.interim) + " interim answers";
    if (!exchange.connection.received().empty())
        faults += "; rest \"" + rawPrintable(exchange.connection.received()) + '"';
    if (exchange.connection.end() == RawConnection::End::broken)
        faults += "; the connection was broken off";
    if (row.afterwards != Afterwards::either && isOpen != (row.afterwards == Afterwards::stays))
        faults += isOpen ? "; the connection is still open" : "; the connection was closed";
    return faults;
}

/// Returns the useful places to cut a row: the ends of its parts and their middles.
std::set<std::size_t> cutsOf(const std::string& bytes) {
    const auto lineEnd = std::min(bytes.find('\n'), bytes.size());
    const auto found = bytes.find("\r\n\r\n");
    const auto headEnd = found == std::string::npos ? bytes.size() : found + 4;
    std::set<std::size_t> cuts{1,
                               lineEnd / 2,
                               lineEnd,     // between CR and LF
                               lineEnd + 1, // after the request line
                               (lineEnd + headEnd) / 2,
                               headEnd - 1,
                               headEnd,
                               (headEnd + bytes.size()) / 2,
                               bytes.size() - 1};
    std::erase_if(cuts, [&](std::size_t cut) { return cut == 0 || cut >= bytes.size(); });
    return cuts;
}

void sendPiece(Exchange& exchange, std::size_t round) {
    constexpr std::size_t often = 64;
    if (round % often == 0)
        exchange.connection.receive();
    (void)exchange.connection.send(exchange.pieces[round]);
}

void sendTheRest(Exchange& exchange, std::size_t round) {
    std::string rest;
    for (; round < exchange.pieces.size(); ++round)
        rest += exchange.pieces[round];
    if (!rest.empty() && exchange.connection.end() == RawConnection::End::open)
        (void)exchange.connection.send(rest);
}

/// One more connection to the daemon, kept from request to request.
class Bystander {
public:
    explicit Bystander(RawPlace place) : _place(std::move(place)) {}

    // One thread reads all connections: its answer to a later one proves that it has read the earlier ones.
    void letItRead() {
        if (!_connection || _connection->end() != RawConnection::End::open ||
            !_connection->send(rawGet("/v1/healthz")) || !isAnswered()) {
            _connection.emplace(_place);
            if (!_connection->send(rawGet("/v1/healthz")) || !isAnswered())
                throw std::runtime_error("the daemon does not answer a plain request");
        }
    }

private:
    bool isAnswered() {
        return _connection->receiveUntil([&] { return takeAnswer(_connection->received()).has_value(); },
                                         RawConnection::Clock::now() + patience);
    }

    RawPlace _place;
    std::optional<RawConnection> _connection;
};

void waitFor(std::vector<Exchange>& batch) {
    std::vector<RawConnection*> connections;
    for (auto& exchange : batch)
        connections.push_back(&exchange.connection);
    RawConnection::receiveAll(
        connections, [&](std::size_t at) { return batch[at].isDone(); },
        RawConnection::Clock::now() + patience);
}

// A head has 5 seconds. However slow the machine, the pieces take no more than half of them: what is left
// then goes at once.
void run(std::vector<Exchange>& batch, Bystander& other, RawConnection::Clock::time_point since) {
    const auto until = since + 2500ms;
    // Waits so that the pieces arrive separately; for long rows only at the beginning.
    constexpr std::size_t mostWatched = 400;
    std::size_t rounds = 0;
    for (const auto& exchange : batch)
        rounds = std::max(rounds, exchange.pieces.size());
    for (std::size_t round = 0; round < rounds; ++round) {
        if (RawConnection::Clock::now() > until) {
            for (auto& exchange : batch)
                sendTheRest(exchange, round);
            break;
        }
        for (auto& exchange : batch)
            if (round < exchange.pieces.size() && exchange.connection.end() == RawConnection::End::open)
                sendPiece(exchange, round);
        if (round < mostWatched && round + 1 < rounds)
            other.letItRead();
    }
    waitFor(batch);
}

} // namespace

std::string rawPrintable(const std::string& text) {
    std::string result;
    for (const char character : text.substr(0, 120)) {
        if (character >= 0x20 && character < 0x7f)
            result += character;
        else
            result += "\\x" + Poco::NumberFormatter::formatHex(static_cast<unsigned char>(character), 2);
    }
    return result;
}

std::string rawRefusalFaults(const HttpAnswer& answer) {
    std::string faults;
    const std::map<std::string, std::string> expected{{"Connection", "close"},
                                                      {"Content-Type", "application/json"},
                                                      {"Cache-Control", "no-store"},
                                                      {"X-Content-Type-Options", "nosniff"},
                                                      {"X-Frame-Options", "DENY"},
                                                      {"Referrer-Policy", "same-origin"},
                                                      {"Cross-Origin-Opener-Policy", "same-origin"},
                                                      {"Strict-Transport-Security", "max-age=31536000"}};
    for (const auto& [name, value] : expected)
        if (Poco::icompare(answer.header(name).substr(0, value.size()), value) != 0)
            faults += "; " + name + " is \"" + answer.header(name) + '"';
    if (answer.header("Content-Security-Policy").find("default-src 'none'") == std::string::npos)
        faults += "; no Content-Security-Policy";
    if (answer.header("Date").empty() || !answer.header("Server").empty())
        faults += "; no Date, or a Server";
    try {
        const auto json = answer.json();
        if (answer.text("error").empty() || answer.text("error_description").empty() ||
            answer.text("request_id").empty())
            faults += "; error, error_description or request_id is missing";
        if (answer.text("request_id") != answer.header("X-Request-ID"))
            faults += "; X-Request-ID is not the request_id";
        if (answer.status == 501 && answer.text("error") != "not_implemented")
            faults += "; error is " + answer.text("error");
    } catch (const Poco::Exception& malformed) {
        faults += "; the body is no JSON object: " + malformed.displayText();
    }
    return faults;
}

std::vector<RawPieces> rawWhole(const std::string& bytes) {
    return {{bytes}};
}

std::vector<RawPieces> rawInTwo(const std::string& bytes) {
    std::vector<RawPieces> all;
    for (const auto cut : cutsOf(bytes))
        all.push_back({bytes.substr(0, cut), bytes.substr(cut)});
    return all;
}

std::vector<RawPieces> rawByteByByte(const std::string& bytes) {
    constexpr std::size_t edge = 1024;
    constexpr std::size_t inTheMiddle = 7; // no power of two, so that the cuts meet every offset
    RawPieces pieces;
    for (std::size_t at = 0; at < bytes.size(); at += pieces.back().size())
        pieces.push_back(
            bytes.substr(at, at >= edge && at + inTheMiddle + edge <= bytes.size() ? inTheMiddle : 1));
    return {pieces};
}

// Sends on many connections at once: the network and the daemon's other work then separate the pieces. Not on
// all: the head's time is short, and large rows take some of it.
RawRun runRawRequests(const std::vector<RawRequest>& table, const RawPlace& place, RawCut cut) {
    constexpr std::size_t mostAtOnce = 64;
    constexpr std::size_t mostPieces = 10'000;
    RawRun result;
    std::vector<Exchange> batch;
    std::size_t pieces = 0;
    Bystander other(place);
    RawConnection::Clock::time_point since;
    const auto finish = [&] {
        run(batch, other, since);
        for (auto& exchange : batch)
            if (const auto faults = faultsOf(exchange); !faults.empty())
                result.faults.push_back(rawPrintable(exchange.row->name) + " (first piece of " +
                                        std::to_string(exchange.pieces.front().size()) + ')' + faults);
        result.exchanges += batch.size();
        batch.clear();
        pieces = 0;
    };
    for (const auto& row : table) {
        for (auto& ofRow : cut(row.bytes)) {
            if (batch.size() == mostAtOnce || (!batch.empty() && pieces + ofRow.size() > mostPieces))
                finish();
            if (batch.empty())
                since = RawConnection::Clock::now();
            pieces += ofRow.size();
            batch.emplace_back(row, std::move(ofRow), place);
        }
    }
    finish();
    return result;
}

} // namespace central_oauth::test
