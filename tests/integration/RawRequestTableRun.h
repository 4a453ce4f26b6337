// SPDX-License-Identifier: Apache-2.0
// Sends the rows of the table, cut in a given way, and reports wrong answers.
#pragma once

#include "../support/RawConnection.h"
#include "RawRequestTable.h"

#include <cstddef>
#include <string>
#include <vector>

namespace central_oauth::test {

/// The pieces sent on one connection, each by one write.
using RawPieces = std::vector<std::string>;

/// Cuts a row's bytes; each result uses one connection.
using RawCut = std::vector<RawPieces> (*)(const std::string& bytes);

[[nodiscard]] std::vector<RawPieces> rawWhole(const std::string& bytes);
/// Cuts once at each end of the request's parts and in each middle.
[[nodiscard]] std::vector<RawPieces> rawInTwo(const std::string& bytes);
/// In pieces of one byte; of seven in the middle of a long request, whose head must arrive in 5 seconds on a
/// slow machine too.
[[nodiscard]] std::vector<RawPieces> rawByteByByte(const std::string& bytes);

struct RawRun {
    std::size_t exchanges = 0;         ///< connections made
    std::vector<std::string> faults{}; ///< a line each, printable
};

/// Sends all rows. Throws: std::runtime_error if the daemon can't be reached at all.
[[nodiscard]] RawRun runRawRequests(const std::vector<RawRequest>& table, const RawPlace& place, RawCut cut);

/// Returns what a refusal before any route lacks, or empty.
[[nodiscard]] std::string rawRefusalFaults(const HttpAnswer& answer);

/// Returns the beginning of the text, with escapes for all but printable ASCII.
[[nodiscard]] std::string rawPrintable(const std::string& text);

} // namespace central_oauth::test
