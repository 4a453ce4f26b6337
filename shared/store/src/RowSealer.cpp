// SPDX-License-Identifier: Apache-2.0
#include "RowSealer.h"

#include "central_oauth/base/EnumNames.h"

namespace central_oauth::store {

namespace {

using Kind = crypto::SealError::Kind;

constexpr base::EnumNames<Kind, 3> kinds{{
    {Kind::malformed, "malformed"},
    {Kind::unknownKey, "unknown_key"},
    {Kind::authenticationFailed, "authentication_failed"},
}};
static_assert(base::isComplete(kinds, Kind::authenticationFailed));

crypto::SealContext contextOf(const domain::SealContext& context) {
    return {context.table, context.field, context.row, context.client.value(), context.generation};
}

} // namespace

domain::Sealed RowSealer::seal(const domain::SealContext& context, const provider::Secret& value) const {
    return {_aead.seal(contextOf(context), value.reveal()), keyId()};
}

provider::Secret RowSealer::open(const domain::SealContext& context, const domain::Sealed& sealed) const {
    try {
        return _aead.open(contextOf(context), sealed.blob);
    } catch (const crypto::SealError& error) {
        const auto row = context.row.substr(0, context.row.find('\n'));
        _log.error("a sealed value can't be opened", {{"table", context.table},
                                                      {"column", context.field},
                                                      {"row", row},
                                                      {"key_id", error.keyId()},
                                                      {"fault", base::nameIn(kinds, error.kind())}});
        throw domain::UndecryptableError("sealed value in " + context.table + "." + context.field + ", row " +
                                         row + ", key id " +
                                         (error.keyId().empty() ? "unknown" : error.keyId()) + ": " +
                                         std::string(base::nameIn(kinds, error.kind())));
    }
}

} // namespace central_oauth::store
