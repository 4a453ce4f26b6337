// SPDX-License-Identifier: Apache-2.0
// Raw requests, valid ones and every kind of invalid one, with the verdict that RFC 9112 and our limits
// require.
//
// They are written for a daemon with the public URL https://example.com and the echo of the test hooks at
// "/".
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::test {

/// One expected answer.
struct RawAnswer {
    int status = 200;
    std::optional<std::string> body{}; ///< the exact body; any body if not set
    bool bodiless = false;             ///< an answer to HEAD
    bool refusal = false;              ///< refused before any route: a JSON error that ends the connection
};

/// The connection's state after the last answer.
enum class Afterwards {
    stays,  ///< the next request is answered
    ends,   ///< the peer closes it
    either, ///< both are valid
};

/// One row.
struct RawRequest {
    std::string name;
    std::string bytes;              ///< one or several requests
    std::vector<RawAnswer> answers; ///< exactly these, in this order
    Afterwards afterwards = Afterwards::stays;
    bool mayContinue = false; ///< one interim 100 may come before the first answer
};

/// Smallest pieces of the rows.
[[nodiscard]] std::string rawGet(const std::string& target, const std::string& fields = {});
[[nodiscard]] std::string rawPost(const std::string& fields, const std::string& body);
[[nodiscard]] RawAnswer rawHealthy();
[[nodiscard]] RawRequest rawAccepted(std::string name, std::string bytes);
[[nodiscard]] RawRequest rawEchoed(std::string name, std::string bytes, std::string body);
[[nodiscard]] RawRequest rawRefused(std::string name, std::string bytes, int status = 400);
/// A row with a valid head that the dispatcher behind the guard refuses.
[[nodiscard]] RawRequest rawDispatched(std::string name, std::string bytes, int status,
                                       Afterwards afterwards = Afterwards::stays);

/// The rows by subject.
[[nodiscard]] std::vector<RawRequest> rawRequestLines();
[[nodiscard]] std::vector<RawRequest> rawFields();
[[nodiscard]] std::vector<RawRequest> rawLengths();
[[nodiscard]] std::vector<RawRequest> rawChunks();
[[nodiscard]] std::vector<RawRequest> rawSequences();
[[nodiscard]] std::vector<RawRequest> rawSmuggling();

/// Returns all rows.
[[nodiscard]] std::vector<RawRequest> rawRequestTable();

} // namespace central_oauth::test
