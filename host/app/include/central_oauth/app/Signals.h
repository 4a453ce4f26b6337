// SPDX-License-Identifier: Apache-2.0
// The process's signals and its last way out. One source file per platform.
#pragma once

namespace central_oauth::app {

/// Blocks SIGTERM, SIGINT and SIGHUP for this and every later thread, and ignores SIGPIPE. Call before any
/// thread starts.
void blockSignals();

/// Waits until the process is asked to end, and returns a name for the log. SIGHUP is noted and waited
/// through.
[[nodiscard]] const char* waitForStop();

/// Switches core dumps off: they would hold keys and tokens.
void forbidCoreDumps();

/// Raises the limit of open files to what the system allows this process: every connection is one.
void raiseFileLimit();

/// Ends the process at once, without destructors: for a stop that hangs.
[[noreturn]] void leaveNow(int exitCode);

/// Tells systemd that the service is ready, or that it stops (sd_notify(3)). Does nothing elsewhere.
enum class ServiceState { ready, stopping };
void notifyServiceManager(ServiceState state);

} // namespace central_oauth::app
