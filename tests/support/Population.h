// SPDX-License-Identifier: Apache-2.0
// Many accounts at once, with grants that the simulator knows.
#pragma once

#include "ServiceUnderTest.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace central_oauth::test {

/// Gives that many persons a grant upstream, and the client accounts with these grants, each for a subject of
/// its own. Returns the accounts' ids. Linking them one by one would take a second for thirty.
/// The daemon must be stopped, and `bench-seed` built.
[[nodiscard]] std::vector<std::string> seedAccounts(const Simulator& simulator,
                                                    const ServiceUnderTest& service,
                                                    const std::string& clientName, std::size_t count,
                                                    int tokenLife);

/// Runs `work` for each number below `count`, on so many threads. Rethrows the first failure.
void inParallel(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& work);

} // namespace central_oauth::test
