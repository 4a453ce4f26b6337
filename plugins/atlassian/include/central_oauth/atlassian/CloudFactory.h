// SPDX-License-Identifier: Apache-2.0
// The base class of a plugin's factory.
#pragma once

#include "central_oauth/atlassian/Product.h"
#include "central_oauth/provider/Provider.h"

namespace central_oauth::atlassian {

/// Creates Cloud providers of one product. Derive a class with a default constructor that names the product.
///
/// Stateless, thread-safe. Errors: ProviderError(misconfigured) from create().
class CloudFactory : public provider::ProviderFactory {
public:
    [[nodiscard]] std::vector<provider::SettingSpec> settings() const final;
    [[nodiscard]] std::unique_ptr<provider::Provider> create(const provider::Context& context,
                                                             provider::Settings settings) const final;

protected:
    explicit CloudFactory(const Product& product) : _product(product) {}

private:
    Product _product;
};

} // namespace central_oauth::atlassian
