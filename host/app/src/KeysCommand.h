// SPDX-License-Identifier: Apache-2.0
// The command `keys add`.
#pragma once

namespace central_oauth::app {

/// Makes an encryption key and puts it before the others in the file that holds them. The id of the new key
/// goes to standard output before the file is replaced: without a reader nothing changes. Returns the exit
/// code. Throws: OutputError.
[[nodiscard]] int addEncryptionKey();

} // namespace central_oauth::app
