// SPDX-License-Identifier: Apache-2.0
// Sends the rows of the table, cut in one way or another, and tells what is wrong with the answers.
#pragma once

#include "../support/RawConnection.h"
#include "RawRequestTable.h"

#include <cstddef>
#include <string>
#include <vector>

namespace central_oauth::test {

/// What is sent on one connection, each piece by a write of its own.
using RawPieces = std::vector<std::string>;

/// A way to cut a row's bytes; one connection for each of the results.
using RawCut = std::vector<RawPieces> (*)(const std::string& bytes);

[[nodiscard]] std::vector<RawPieces> rawWhole(const std::string& bytes);
/// At the ends of the request's parts and in their middles, once at each.
[[nodiscard]] std::vector<RawPieces> rawInTwo(const std::string& bytes);
[[nodiscard]] std::vector<RawPieces> rawByteByByte(const std::string& bytes);

struct RawRun {
    std::size_t exchanges = 0;         ///< connections made
    std::vector<std::string> faults{}; ///< a line each, printable
};

/// Sends all rows. Throws: std::runtime_error if the daemon can't be reached at all.
[[nodiscard]] RawRun runRawRequests(const std::vector<RawRequest>& table, const RawPlace& place, RawCut cut);

/// What a refusal before any route lacks of what it has to have; empty: nothing.
[[nodiscard]] std::string rawRefusalFaults(const HttpAnswer& answer);

/// The beginning of the text, with escapes for everything but printable ASCII.
[[nodiscard]] std::string rawPrintable(const std::string& text);

} // namespace central_oauth::test
