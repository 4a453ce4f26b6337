// SPDX-License-Identifier: Apache-2.0
// Tables, indexes, triggers and views of a database in a form that can be compared.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// The definition of each object by "kind name", without comments and with single spaces. SQLite's own
/// objects are left out.
using SchemaShape = std::map<std::string, std::string>;

/// Throws: Poco::Exception.
[[nodiscard]] SchemaShape readShape(Poco::Data::Session& session);

/// SHA-256 of a shape, in hexadecimal digits.
[[nodiscard]] std::string digestOf(const SchemaShape& shape);

/// How `found` differs from `expected`, e.g. "table links differs, index x is unknown"; empty if it does not.
[[nodiscard]] std::string differenceOf(const SchemaShape& expected, const SchemaShape& found);

/// The digest of the shape that migration `number` reaches, as it was when that migration was written; empty
/// for an unknown number. MigrationsTest compares each with what the migrations make, and says the new value.
[[nodiscard]] std::string_view knownDigest(int number) noexcept;

} // namespace central_oauth::store
