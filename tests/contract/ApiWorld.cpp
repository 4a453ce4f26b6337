// SPDX-License-Identifier: Apache-2.0
#include "ApiWorld.h"

#include <stdexcept>

namespace central_oauth::test {

namespace {

const std::vector<std::string>& allScopes() {
    static const std::vector<std::string> scopes{"link", "token", "revoke", "accounts"};
    return scopes;
}

} // namespace

ApiWorld::ApiWorld(const ChildProcess::Environment& settings) : _simulator(std::make_unique<Simulator>()) {
    ChildProcess::Environment all{{"CENTRAL_OAUTH_TRUSTED_PROXIES", "127.0.0.1"}};
    all.insert(settings.begin(), settings.end());
    _service = std::make_unique<ServiceUnderTest>(*_simulator, all);
    (void)_service->stop();
    _otherKey = _service->addClient("other client");
    for (const auto& scope : allScopes()) {
        const auto added =
            _service->run({"client", "key", "add", "test client", "--name", scope, "--scopes", scope});
        if (added.exitCode != 0)
            throw std::runtime_error("no key with the scope " + scope + ": " + added.errors);
        _scopedKeys[scope] = added.output.substr(0, added.output.find('\n'));
    }
    _service->start();
}

HttpAnswer ApiWorld::call(const std::string& method, const std::string& path, const std::string& bearer,
                          const std::string& body, const Extras& extras) {
    HttpCall call{method, _service->url() + path, extras.headers, body};
    ++_requests;
    call.headers["X-Forwarded-For"] =
        "198.18." + std::to_string(_requests / 250) + "." + std::to_string(_requests % 250 + 1);
    if (!bearer.empty())
        call.headers["Authorization"] = "Bearer " + bearer;
    if (!body.empty() && !extras.contentType.empty())
        call.headers["Content-Type"] = extras.contentType;
    return exchange(call);
}

std::string ApiWorld::linkFor(const std::string& subject) {
    return _service->linkAccount(R"({"subject":")" + subject + "\"}").text("account_id");
}

const std::string& ApiWorld::account() {
    if (_account.empty())
        _account = linkFor(freshSubject());
    return _account;
}

const std::string& ApiWorld::secondAccount() {
    if (_secondAccount.empty())
        _secondAccount = linkFor(freshSubject());
    return _secondAccount;
}

const TestLink& ApiWorld::link() {
    if (!_link)
        _link = _service->createLink(R"({"subject":")" + freshSubject() + "\"}");
    return *_link;
}

const std::string& ApiWorld::verifiedLinkCode() {
    if (_verifiedLinkCode.empty())
        _verifiedLinkCode =
            _service
                ->createLink(R"({"code_challenge":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",)"
                             R"("code_challenge_method":"S256","subject":")" +
                             freshSubject() + "\"}")
                .code;
    return _verifiedLinkCode;
}

ApiWorld::GrantToken ApiWorld::grantToken(const std::string& account) {
    const auto made = call("POST", "/v1/accounts/" + account + "/grant-tokens", key(), "{}");
    if (made.status != 201)
        throw std::runtime_error("no grant token: " + std::to_string(made.status));
    return {made.text("id"), made.text("grant_token")};
}

std::string ApiWorld::accessToken() {
    return call("GET", "/v1/tokens/" + account(), key()).text("access_token");
}

std::string ApiWorld::valueOf(const std::string& parameter) {
    if (parameter == "account_id")
        return account();
    if (parameter == "grant_token_id")
        return grantToken(account()).id;
    if (parameter == "link_code")
        return link().code;
    if (parameter == "link_id")
        return link().id;
    if (parameter == "handle")
        return link().url.substr(link().url.rfind('/') + 1);
    if (parameter == "provider")
        return "jira";
    if (parameter == "version") {
        const auto page = call("GET", "/", {}).body;
        const auto begin = page.find("/assets/style-") + 14;
        return page.substr(begin, page.find(".css", begin) - begin);
    }
    throw std::runtime_error("nothing is known to put into {" + parameter + "}");
}

std::string ApiWorld::pathOf(const ApiOperation& operation) {
    auto path = operation.path;
    for (auto begin = path.find('{'); begin != std::string::npos; begin = path.find('{')) {
        const auto end = path.find('}', begin);
        path.replace(begin, end - begin + 1, valueOf(path.substr(begin + 1, end - begin - 1)));
    }
    return path;
}

std::string ApiWorld::credentialFor(const ApiOperation& operation) {
    if (operation.takes("linkSecret"))
        return link().secret;
    return operation.takes("clientKey") ? key() : std::string();
}

void ApiWorld::forgetWhatIsGone(const ApiOperation& operation) {
    if (operation.method != "DELETE")
        return;
    if (operation.path == "/v1/tokens/{account_id}")
        _account.clear();
    if (operation.path == "/v1/link-code/{link_code}") {
        _link.reset();
        _verifiedLinkCode.clear();
    }
}

} // namespace central_oauth::test
