// SPDX-License-Identifier: Apache-2.0
// From method and path to a handler.
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

/// What a route answers with; decides the form of its errors and its headers.
enum class RouteKind {
    api,   ///< JSON, machines
    page,  ///< HTML, browsers
    asset, ///< style sheets and images; may be cached
};

/// Answers a request of its route, on any thread. May throw base::Error; anything else becomes a 500.
using Handler = std::function<Response(const Request&)>;

/// One line of the route table.
struct Route {
    std::string method;             ///< "GET" also serves HEAD
    std::string pattern;            ///< "/v1/poll/:link_code"
    std::vector<std::string> query; ///< the query parameters it takes; others are refused by the API alone
    RouteKind kind = RouteKind::api;
    Handler handler;
    bool foreignQuery =
        false;          ///< upstream writes the query: its values may begin like a credential (callbacks)
    bool quiet = false; ///< logged at debug level (probes)
};

/// The table of all routes.
///
/// Filled at composition, then immutable. A path is matched segment by segment; where several patterns fit,
/// a literal segment wins over a parameter, the left-most difference first. A parameter takes one non-empty
/// segment.
///
/// Threads: `match` any, once nobody adds any more.
///
/// Errors: std::logic_error for a route that is malformed or in conflict with another.
class Router {
public:
    /// What `match` found.
    struct Match {
        const Route* route = nullptr; ///< null: no such path, or not by that method
        std::string_view pattern;     ///< of the path, also if no method fits; empty if there is no such path
        std::vector<Parameters::Pair> parameters;
        std::string allow; ///< methods of the path, e.g. "GET, HEAD, DELETE"; empty if there is no such path
        RouteKind kind = RouteKind::api; ///< of the path; meaningful if `allow` is not empty
    };

    /// Adds a route. Throws: std::logic_error for a second route of the same method and path, the same path
    /// with other parameter names or another kind, and malformed patterns.
    void add(Route route);

    /// The route for a request. The pointer is valid until routes are added.
    [[nodiscard]] Match match(std::string_view method, const Target& target) const;

    /// All routes, sorted by pattern and method, e.g. to compare them with the API's description.
    [[nodiscard]] std::vector<const Route*> routes() const;

private:
    struct Path {
        std::vector<std::string> segments; ///< parameters with their colon
        std::vector<Route> routes;
    };

    static std::vector<std::string> segmentsOf(const std::string& pattern);
    static bool precedes(const Path& left, const Path& right);

    std::vector<Path> _paths; ///< the one that wins first
};

} // namespace central_oauth::http
