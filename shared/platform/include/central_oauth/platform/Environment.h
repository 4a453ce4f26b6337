// SPDX-License-Identifier: Apache-2.0
// The process's own environment variables.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace central_oauth::platform {

// Both touch what other threads may read: call them while no other thread runs.

/// Calls `use` for each variable. On Windows names are in upper case, because there case has no meaning.
void forEachVariable(const std::function<void(std::string_view name, std::string_view value)>& use);

/// Overwrites the variable's value where the process keeps it and then unsets it: unsetting alone leaves the
/// characters in memory and readable in /proc. Does nothing if it is not set.
void eraseVariable(const std::string& name);

} // namespace central_oauth::platform
