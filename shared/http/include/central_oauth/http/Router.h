// SPDX-License-Identifier: Apache-2.0
// Matches method and path to a handler.
#pragma once

#include "central_oauth/http/Parameters.h"
#include "central_oauth/http/Request.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/http/Target.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::http {

/// The kind of a route's answers. It decides the form of errors and the headers.
enum class RouteKind {
    api,   ///< JSON, for programs
    page,  ///< HTML, for browsers
    asset, ///< style sheets and images; may be cached
};

/// Answers a request of its route, on any thread. May throw base::Error; any other exception becomes a 500.
using Handler = std::function<Response(const Request&)>;

/// A row of the route table.
struct Route {
    std::string method;             ///< "GET" also serves HEAD
    std::string pattern;            ///< "/v1/poll/:link_code"
    std::vector<std::string> query; ///< the accepted query parameters; only API routes refuse others
    RouteKind kind = RouteKind::api;
    Handler handler;
    bool foreignQuery = false; ///< upstream writes the query: values may look like credentials (callbacks)
    bool quiet = false;        ///< logged at debug level (probes)
};

/// The table of all routes.
///
/// Filled by the composition, then immutable. Matches a path segment by segment. If several patterns match,
/// the left-most difference decides: a literal segment wins over a parameter. A parameter matches one
/// non-empty segment.
///
/// Call `add` from the start-up thread. `match` is thread-safe after that.
///
/// Errors: std::logic_error for a route that is malformed or conflicts with another.
class Router {
public:
    /// The result of `match`.
    struct Match {
        const Route* route = nullptr; ///< null if there is no such path, or not for that method
        std::string_view pattern;     ///< of the path, whatever the method; empty if there is no such path
        std::vector<Parameters::Pair> parameters;
        /// Methods of the path, e.g. "GET, HEAD, DELETE"; empty if there is no such path.
        std::string_view allow;
        RouteKind kind = RouteKind::api; ///< of the path; meaningless if `allow` is empty
    };

    /// Adds a route.
    /// Throws: std::logic_error for a malformed pattern, for a second route with the same method and path,
    /// and for the same path with other parameter names or another kind.
    void add(Route route);

    /// Returns the route of a request. Its pointer and views are valid until a route is added.
    [[nodiscard]] Match match(std::string_view method, const Target& target) const;

    /// Returns all routes, sorted by pattern and method, e.g. to compare them with the API's description.
    [[nodiscard]] std::vector<const Route*> routes() const;

private:
    struct Path {
        std::vector<std::string> segments; ///< parameters with their colon
        std::vector<Route> routes;
        std::string allow{}; ///< their methods
    };

    static std::vector<std::string> segmentsOf(const std::string& pattern);
    static bool precedes(const Path& left, const Path& right);

    std::vector<Path> _paths; ///< in order of precedence
};

} // namespace central_oauth::http
