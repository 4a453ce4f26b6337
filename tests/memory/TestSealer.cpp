// SPDX-License-Identifier: Apache-2.0
#include "TestSealer.h"

#include <vector>

namespace central_oauth::memory {

namespace {

crypto::KeyRing ringOf(const std::string& digits) {
    std::vector<domain::Secret> keys;
    for (const char digit : digits)
        keys.emplace_back(std::string(64, digit));
    std::vector<std::string> faults;
    return crypto::KeyRing::parse(keys, faults).value();
}

crypto::SealContext contextOf(const domain::SealContext& context) {
    return {context.table, context.field, context.row, context.client.value(), context.generation};
}

} // namespace

TestSealer::TestSealer(const std::string& keyDigits) : _sealer(ringOf(keyDigits)) {}

domain::Sealed TestSealer::seal(const domain::SealContext& context, const domain::Secret& value) const {
    return {_sealer.seal(contextOf(context), value.reveal()), _sealer.currentKeyId()};
}

domain::Secret TestSealer::open(const domain::SealContext& context, const domain::Sealed& sealed) const {
    try {
        return _sealer.open(contextOf(context), sealed.blob);
    } catch (const crypto::SealError& error) {
        throw domain::UndecryptableError(error.what());
    }
}

} // namespace central_oauth::memory
