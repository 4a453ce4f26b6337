// SPDX-License-Identifier: Apache-2.0
// The process's own environment variables.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace central_oauth::platform {

// Both access memory that other threads may read: call them while no other thread runs.

/// Calls `use` for each variable. On Windows the names are in upper case, because Windows ignores their case.
void forEachVariable(const std::function<void(std::string_view name, std::string_view value)>& use);

/// Overwrites the variable's value in the process's memory and unsets the variable. Unsetting alone would
/// leave the characters in memory and readable in /proc. Does nothing if the variable is unset.
void eraseVariable(const std::string& name);

} // namespace central_oauth::platform
