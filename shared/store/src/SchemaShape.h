// SPDX-License-Identifier: Apache-2.0
// Tables, indexes, triggers and views of a database, in a form that can be compared.
#pragma once

#include "Connection.h"

#include <map>
#include <string>
#include <string_view>

namespace central_oauth::store {

/// The definition of each object by "kind name", without comments and with single spaces. Omits SQLite's own
/// objects.
using SchemaShape = std::map<std::string, std::string>;

/// Throws: Poco::Exception.
[[nodiscard]] SchemaShape readShape(Connection& connection);

/// Returns the SHA-256 of a shape in hexadecimal digits.
[[nodiscard]] std::string digestOf(const SchemaShape& shape);

/// Returns how `found` differs from `expected`, e.g. "table links differs, index x is unknown". Returns an
/// empty text if they are equal.
[[nodiscard]] std::string differenceOf(const SchemaShape& expected, const SchemaShape& found);

/// Returns the digest of the shape after migration `number`, recorded when that migration was written.
/// Returns an empty text for an unknown number. MigrationsTest compares each digest with the actual shape,
/// and prints the new value.
[[nodiscard]] std::string_view knownDigest(int number) noexcept;

} // namespace central_oauth::store
