// SPDX-License-Identifier: Apache-2.0
#include "server/OptionsJson.h"

#include "core/Jwt.h"
#include "server/Control.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::simulator {
namespace {

using Poco::Dynamic::Var;

struct OptionRow {
    std::string name;
    std::function<Var(const Options&)> read;
    std::function<void(Options&, const Var&)> write;
};

template <typename Enum>
using Names = std::vector<std::pair<std::string, Enum>>;

template <typename Enum>
OptionRow choice(const std::string& name, Enum Options::*member, Names<Enum> names) {
    const auto read = [member, names](const Options& options) -> Var {
        for (const auto& [text, value] : names)
            if (value == options.*member)
                return text;
        return std::string();
    };
    const auto write = [name, member, names](Options& options, const Var& wanted) {
        std::string known;
        for (const auto& [text, value] : names) {
            if (text == wanted.convert<std::string>()) {
                options.*member = value;
                return;
            }
            known += ' ' + text;
        }
        throw ControlError(name + " is one of:" + known);
    };
    return {name, read, write};
}

OptionRow flag(const std::string& name, bool Options::*member) {
    return {name, [member](const Options& options) -> Var { return options.*member; },
            [member](Options& options, const Var& wanted) { options.*member = wanted.convert<bool>(); }};
}

OptionRow text(const std::string& name, std::string Options::*member) {
    return {
        name, [member](const Options& options) -> Var { return options.*member; },
        [member](Options& options, const Var& wanted) { options.*member = wanted.convert<std::string>(); }};
}

OptionRow duration(const std::string& name, Seconds Options::*member) {
    return {name,
            [member](const Options& options) -> Var {
                return static_cast<std::int64_t>((options.*member).count());
            },
            [name, member](Options& options, const Var& wanted) {
                const auto seconds = wanted.convert<std::int64_t>();
                if (seconds < 0)
                    throw ControlError(name + " must not be negative");
                options.*member = Seconds{seconds};
            }};
}

OptionRow number(const std::string& name, std::size_t Options::*member, std::size_t least, std::size_t most) {
    return {name,
            [member](const Options& options) -> Var { return static_cast<std::uint64_t>(options.*member); },
            [name, member, least, most](Options& options, const Var& wanted) {
                const auto value = wanted.convert<std::uint64_t>();
                if (value < least || value > most)
                    throw ControlError(name + " is from " + std::to_string(least) + " to " +
                                       std::to_string(most));
                options.*member = static_cast<std::size_t>(value);
            }};
}

std::vector<OptionRow> makeRows() {
    using Wording = DeadTokenWording;
    return {
        choice("dead_token_wording", &Options::deadTokenWording,
               Names<Wording>{{"new", Wording::current},
                              {"documented", Wording::documented},
                              {"expired", Wording::expired},
                              {"random", Wording::random}}),
        choice("leeway_mode", &Options::leewayMode,
               Names<LeewayMode>{{"sibling", LeewayMode::sibling}, {"same", LeewayMode::same}}),
        choice("reuse_revokes", &Options::reuseRevokes,
               Names<ReuseRevokes>{{"family", ReuseRevokes::family}, {"grant", ReuseRevokes::grant}}),
        choice("scope_replacement", &Options::scopeReplacement,
               Names<ScopeReplacement>{{"immediate", ScopeReplacement::immediate},
                                       {"on_refresh", ScopeReplacement::onRefresh}}),
        choice("unconfigured_scope", &Options::unconfiguredScope,
               Names<UnconfiguredScope>{{"error_page", UnconfiguredScope::errorPage},
                                        {"grant", UnconfiguredScope::grant}}),
        choice("resource_scopes", &Options::resourceScopes,
               Names<ResourceScopes>{{"granted", ResourceScopes::granted}, {"app", ResourceScopes::app}}),
        choice("expires_in_style", &Options::expiresInStyle,
               Names<ExpiresInStyle>{{"number", ExpiresInStyle::number},
                                     {"string", ExpiresInStyle::string},
                                     {"missing", ExpiresInStyle::missing}}),
        choice("revoke_mode", &Options::revokeMode,
               Names<RevokeMode>{{"404", RevokeMode::notFound},
                                 {"200_noop", RevokeMode::noop},
                                 {"200_revoke_token", RevokeMode::revokeToken},
                                 {"200_revoke_grant", RevokeMode::revokeGrant}}),
        choice("unknown_site_status", &Options::unknownSiteStatus,
               Names<std::size_t>{{"404", 404}, {"401", 401}}),
        flag("leeway_extends", &Options::leewayExtends),
        flag("keep_alive", &Options::keepAlive),
        flag("verify_pkce", &Options::verifyPkce),
        duration("leeway_s", &Options::leeway),
        duration("code_lifetime_s", &Options::codeLifetime),
        duration("access_token_lifetime_s", &Options::accessTokenLifetime),
        duration("idle_lifetime_s", &Options::idleLifetime),
        duration("absolute_lifetime_s", &Options::absoluteLifetime),
        number("access_token_size", &Options::accessTokenSize, smallestJwt, largestJwt),
        number("refresh_token_size", &Options::refreshTokenSize, smallestJwt, largestJwt),
        number("code_size", &Options::codeSize, smallestJwt, largestJwt),
        text("default_user", &Options::defaultUser),
        text("auto_consent", &Options::autoConsent),
    };
}

const std::vector<OptionRow>& rows() {
    static const std::vector<OptionRow> table = makeRows();
    return table;
}

void applyNextExpiresIn(const Var& wanted, Options& options) {
    const auto object = wanted.extract<Poco::JSON::Object::Ptr>();
    const auto seconds = object->getValue<std::int64_t>("seconds");
    if (seconds < 0)
        throw ControlError("next_expires_in.seconds must not be negative");
    options.nextExpiresIn = Seconds{seconds};
    options.nextExpiresInCount = static_cast<std::size_t>(object->optValue<std::uint64_t>("count", 1));
}

} // namespace

Poco::JSON::Object optionsToJson(const Options& options) {
    Poco::JSON::Object object;
    for (const auto& row : rows())
        object.set(row.name, row.read(options));
    Poco::JSON::Object next;
    next.set("seconds", static_cast<std::int64_t>(options.nextExpiresIn.count()));
    next.set("count", static_cast<std::uint64_t>(options.nextExpiresInCount));
    object.set("next_expires_in", next);
    return object;
}

void applyOptions(const Poco::JSON::Object& changes, Options& options) {
    for (const auto& change : changes) {
        if (change.first == "next_expires_in") {
            applyNextExpiresIn(change.second, options);
            continue;
        }
        const auto row = std::find_if(rows().begin(), rows().end(), [&change](const OptionRow& candidate) {
            return candidate.name == change.first;
        });
        if (row == rows().end())
            throw ControlError("unknown option: " + change.first);
        row->write(options, change.second);
    }
}

} // namespace central_oauth::simulator
