// SPDX-License-Identifier: Apache-2.0
// The command `keys add`.
#pragma once

namespace central_oauth::app {

/// Creates an encryption key, puts it before the others in the key file, and returns the exit code. Prints
/// the new key's id once the file is durable; if the id can't be printed, the key stays.
/// Throws: OutputError.
[[nodiscard]] int addEncryptionKey();

} // namespace central_oauth::app
