// SPDX-License-Identifier: Apache-2.0
#include "SiteJson.h"

#include "central_oauth/base/Error.h"

#include <sstream>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::store {

namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

template <class Value>
std::string textOf(const Value& value) {
    std::ostringstream out;
    value.stringify(out);
    return out.str();
}

// Runs `read` on the array that a text holds.
template <class Read>
void readArray(const std::string& text, const char* what, Read&& read) {
    try {
        const auto array = Poco::JSON::Parser().parse(text).extract<Array::Ptr>();
        for (unsigned i = 0; i < array->size(); ++i)
            read(*array, i);
    } catch (const Poco::Exception&) {
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          std::string("a column of ") + what + " holds another kind of value");
    }
}

Object objectOf(const domain::Site& site) {
    Array products;
    for (const std::string& each : site.products) {
        Object product;
        product.set("product", each);
        products.add(product);
    }
    Object object;
    object.set("id", site.id);
    object.set("name", site.name);
    object.set("url", site.url);
    object.set("products", products);
    return object;
}

domain::Site siteOf(const Object& object) {
    domain::Site site;
    site.id = object.getValue<std::string>("id");
    site.name = object.getValue<std::string>("name");
    site.url = object.getValue<std::string>("url");
    const auto products = object.getArray("products");
    if (!products)
        throw Poco::DataFormatException("products");
    for (unsigned i = 0; i < products->size(); ++i) {
        const auto product = products->getObject(i);
        if (!product)
            throw Poco::DataFormatException("product");
        site.products.push_back(product->getValue<std::string>("product"));
    }
    return site;
}

} // namespace

std::string textOfNames(const std::vector<std::string>& names) {
    Array array;
    for (const std::string& name : names)
        array.add(name);
    return textOf(array);
}

std::vector<std::string> namesOf(const std::string& text) {
    std::vector<std::string> names;
    readArray(text, "names", [&names](const Array& array, unsigned index) {
        names.push_back(array.getElement<std::string>(index));
    });
    return names;
}

std::string textOfSites(const std::vector<domain::Site>& sites) {
    Array array;
    for (const domain::Site& site : sites)
        array.add(objectOf(site));
    return textOf(array);
}

std::vector<domain::Site> sitesOf(const std::string& text) {
    std::vector<domain::Site> sites;
    readArray(text, "sites", [&sites](const Array& array, unsigned index) {
        const auto object = array.getObject(index);
        if (!object)
            throw Poco::DataFormatException("site");
        sites.push_back(siteOf(*object));
    });
    return sites;
}

} // namespace central_oauth::store
