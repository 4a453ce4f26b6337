// SPDX-License-Identifier: Apache-2.0
// The API address of a site: at the gateway, with the site's cloud id.
#pragma once

#include "central_oauth/atlassian/Product.h"
#include "central_oauth/provider/Provider.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::atlassian {

constexpr std::size_t longestCloudId = 64;

/// Returns whether a text can be a cloud id: letters, digits and hyphens, as in a UUID. In a URL, any other
/// text could lead to another path or another server.
[[nodiscard]] bool isCloudId(std::string_view id) noexcept;

/// Builds `<API base><product's path><cloud id>`. Immutable, thread-safe.
class CloudProductLocator final : public provider::ProductLocator {
public:
    CloudProductLocator(std::string apiBase, const Product& product)
        : _apiBase(std::move(apiBase)), _product(product) {}

    [[nodiscard]] std::string apiBaseUrl(std::string_view product, std::string_view siteId) const override;

private:
    std::string _apiBase;
    Product _product;
};

} // namespace central_oauth::atlassian
