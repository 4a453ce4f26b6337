// SPDX-License-Identifier: Apache-2.0
// Matches paths, most literal pattern first.
#include "central_oauth/http/Router.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace central_oauth::http {

namespace {

bool isParameter(std::string_view segment) {
    return segment.substr(0, 1) == ":";
}

[[noreturn]] void refuse(const Route& route, const std::string& why) {
    throw std::logic_error("route " + route.method + ' ' + route.pattern + ": " + why);
}

bool isLiteral(std::string_view segment) {
    return base::consistsOf(segment, [](char c) { return base::isIdCharacter(c) || c == '.'; });
}

void checkRoute(const Route& route, const std::vector<std::string>& segments) {
    if (!base::isToken(route.method) || route.method == "HEAD" || !route.handler)
        refuse(route, "needs a method other than HEAD, and a handler");
    if (route.pattern.substr(0, 1) != "/")
        refuse(route, "a pattern begins with a slash");
    std::set<std::string> names;
    for (const std::string& segment : segments) {
        const bool parameter = isParameter(segment);
        if (!isLiteral(std::string_view(segment).substr(parameter ? 1 : 0)) ||
            (segment.empty() && segments.size() > 1) || segment == ":")
            refuse(route, "has a malformed segment");
        if (parameter && !names.insert(segment).second)
            refuse(route, "names a parameter twice");
    }
    if (std::set<std::string>(route.query.begin(), route.query.end()).size() != route.query.size())
        refuse(route, "names a query parameter twice");
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                      [](const std::string& expected, const std::string& segment) {
                          return isParameter(expected) ? !segment.empty() : expected == segment;
                      });
}

std::string allowed(const std::vector<Route>& routes) {
    return base::join(routes, ", ",
                      [](const Route& route) { return route.method == "GET" ? "GET, HEAD" : route.method; });
}

} // namespace

void Router::add(Route route) {
    Path path{segmentsOf(route.pattern), {}, {}};
    checkRoute(route, path.segments);
    const auto place = std::lower_bound(_paths.begin(), _paths.end(), path, precedes);
    if (place == _paths.end() || precedes(path, *place)) {
        path.routes.push_back(std::move(route));
        path.allow = allowed(path.routes);
        _paths.insert(place, std::move(path));
        return;
    }
    if (place->segments != path.segments || place->routes.front().kind != route.kind)
        refuse(route, "disagrees with " + place->routes.front().pattern + " about parameter names or kind");
    for (const Route& other : place->routes)
        if (other.method == route.method)
            refuse(route, "exists already");
    place->routes.push_back(std::move(route));
    place->allow = allowed(place->routes);
}

Router::Match Router::match(std::string_view method, const Target& target) const {
    const auto path = std::find_if(_paths.begin(), _paths.end(), [&target](const Path& candidate) {
        return fits(candidate.segments, target.segments);
    });
    Match match;
    if (path == _paths.end())
        return match;
    match.pattern = path->routes.front().pattern;
    match.kind = path->routes.front().kind;
    match.allow = path->allow;
    for (const Route& route : path->routes)
        if (route.method == method || (route.method == "GET" && method == "HEAD"))
            match.route = &route;
    for (std::size_t at = 0; at < path->segments.size(); ++at)
        if (isParameter(path->segments[at]))
            match.parameters.emplace_back(path->segments[at].substr(1), target.segments[at]);
    return match;
}

std::vector<const Route*> Router::routes() const {
    std::vector<const Route*> all;
    for (const Path& path : _paths)
        for (const Route& route : path.routes)
            all.push_back(&route);
    std::sort(all.begin(), all.end(), [](const Route* left, const Route* right) {
        return std::tie(left->pattern, left->method) < std::tie(right->pattern, right->method);
    });
    return all;
}

std::vector<std::string> Router::segmentsOf(const std::string& pattern) {
    std::vector<std::string> segments;
    for (std::size_t begin = 0; begin < pattern.size();) {
        const std::size_t end = std::min(pattern.find('/', begin + 1), pattern.size());
        segments.push_back(pattern.substr(begin + 1, end - begin - 1));
        begin = end;
    }
    return segments;
}

// All parameters are equal and sort after every literal, so the first matching path wins.
bool Router::precedes(const Path& left, const Path& right) {
    return std::lexicographical_compare(left.segments.begin(), left.segments.end(), right.segments.begin(),
                                        right.segments.end(),
                                        [](const std::string& one, const std::string& other) {
                                            if (isParameter(one) || isParameter(other))
                                                return !isParameter(one) && isParameter(other);
                                            return one < other;
                                        });
}

} // namespace central_oauth::http
