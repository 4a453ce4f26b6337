// SPDX-License-Identifier: Apache-2.0
#include "SiteJson.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <cstddef>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSONString.h>

namespace central_oauth::store {

namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

// Poco decodes each character, and its tree copies each value; most texts need no escape.
void appendString(std::string& json, std::string_view text) {
    if (base::isPlainJson(text))
        json.append(1, '"').append(text).append(1, '"');
    else
        json += Poco::toJSON(std::string(text), Poco::JSON_WRAP_STRINGS);
}

// Appends an array, by `appendItem` for each item.
template <class Items, class AppendItem>
void appendArray(std::string& json, const Items& items, AppendItem&& appendItem) {
    json += '[';
    for (const auto& item : items) {
        if (json.back() != '[')
            json += ',';
        appendItem(item);
    }
    json += ']';
}

// Appends the members in the order of their names, as Poco does and as all rows have them.
void appendSite(std::string& json, const domain::Site& site) {
    json += R"({"id":)";
    appendString(json, site.id);
    json += R"(,"name":)";
    appendString(json, site.name);
    json += R"(,"products":)";
    appendArray(json, site.products, [&json](const std::string& product) {
        json += R"({"product":)";
        appendString(json, product);
        json += '}';
    });
    json += R"(,"url":)";
    appendString(json, site.url);
    json += '}';
}

/// Reads a text that has the form in which this file writes lists, in printable ASCII. Poco's tree costs
/// thirty times as much, and takes every other form.
class PlainReader {
public:
    explicit PlainReader(std::string_view text) : _rest(text) {}

    /// Takes that text. Returns false if another one follows.
    bool take(std::string_view text) {
        if (!_rest.starts_with(text))
            return false;
        _rest.remove_prefix(text.size());
        return true;
    }

    /// Takes a string. Returns false for one with other escapes than those of printable ASCII.
    bool take(std::string& string) {
        if (!take("\""))
            return false;
        string.clear();
        while (!_rest.empty()) {
            const auto run = std::find_if_not(_rest.begin(), _rest.end(), isPlain) - _rest.begin();
            string.append(_rest, 0, static_cast<std::size_t>(run));
            _rest.remove_prefix(static_cast<std::size_t>(run));
            if (take("\""))
                return true;
            if (_rest.size() < 2 || _rest[0] != '\\' ||
                (_rest[1] != '"' && _rest[1] != '\\' && _rest[1] != '/'))
                return false;
            string += _rest[1];
            _rest.remove_prefix(2);
        }
        return false;
    }

    /// Takes an array, by `takeItem` for each item.
    template <class TakeItem>
    bool takeArray(TakeItem&& takeItem) {
        if (!take("["))
            return false;
        if (take("]"))
            return true;
        do {
            if (!takeItem())
                return false;
        } while (take(","));
        return take("]");
    }

    [[nodiscard]] bool isAtEnd() const { return _rest.empty(); }

private:
    static bool isPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

    std::string_view _rest;
};

bool readPlain(std::string_view text, std::vector<std::string>& names) {
    PlainReader reader(text);
    names.reserve(text.size() <= 2 ? 0
                                   : static_cast<std::size_t>(std::count(text.begin(), text.end(), ',')) + 1);
    return reader.takeArray([&] { return reader.take(names.emplace_back()); }) && reader.isAtEnd();
}

bool readPlain(std::string_view text, std::vector<domain::Site>& sites) {
    PlainReader reader(text);
    const auto takeSite = [&] {
        auto& site = sites.emplace_back();
        const auto takeProduct = [&] {
            return reader.take(R"({"product":)") && reader.take(site.products.emplace_back()) &&
                   reader.take("}");
        };
        return reader.take(R"({"id":)") && reader.take(site.id) && reader.take(R"(,"name":)") &&
               reader.take(site.name) && reader.take(R"(,"products":)") && reader.takeArray(takeProduct) &&
               reader.take(R"(,"url":)") && reader.take(site.url) && reader.take("}");
    };
    return reader.takeArray(takeSite) && reader.isAtEnd();
}

// Runs `read` on the array that a text holds.
template <class Read>
void readArray(std::string_view text, const char* what, Read&& read) {
    try {
        const auto array = Poco::JSON::Parser().parse(std::string(text)).extract<Array::Ptr>();
        for (unsigned i = 0; i < array->size(); ++i)
            read(*array, i);
    } catch (const Poco::Exception&) {
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          std::string("a column of ") + what + " holds another kind of value");
    }
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
    std::string json;
    appendArray(json, names, [&json](const std::string& name) { appendString(json, name); });
    return json;
}

std::vector<std::string> namesOf(std::string_view text) {
    std::vector<std::string> names;
    if (readPlain(text, names))
        return names;
    names.clear();
    readArray(text, "names", [&names](const Array& array, unsigned index) {
        names.push_back(array.getElement<std::string>(index));
    });
    return names;
}

std::string textOfSites(const std::vector<domain::Site>& sites) {
    std::string json;
    appendArray(json, sites, [&json](const domain::Site& site) { appendSite(json, site); });
    return json;
}

std::vector<domain::Site> sitesOf(std::string_view text) {
    std::vector<domain::Site> sites;
    if (readPlain(text, sites))
        return sites;
    sites.clear();
    readArray(text, "sites", [&sites](const Array& array, unsigned index) {
        const auto object = array.getObject(index);
        if (!object)
            throw Poco::DataFormatException("site");
        sites.push_back(siteOf(*object));
    });
    return sites;
}

} // namespace central_oauth::store
