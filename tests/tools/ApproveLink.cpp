// SPDX-License-Identifier: Apache-2.0
// Approves a link as the simulator's test user, by walking the real pages over HTTP: `approve-link URL CODE`.
//
// For the demo and the benchmark. A person does the same in a browser.
#include "../support/WebBrowser.h"

#include <exception>
#include <iostream>
#include <string>

namespace {

using central_oauth::test::WebBrowser;

bool walk(const std::string& url, const std::string& code) {
    WebBrowser browser;
    const auto origin = WebBrowser::originOf(url);
    const auto approval = browser.open(url);
    const auto form = approval.inputValue("csrf");
    if (form.empty()) {
        std::cerr << "no approval page there (status " << approval.status << ")\n";
        return false;
    }
    const auto moving =
        browser.post(approval.url, origin, {{"csrf", form}, {"decision", "approve"}, {"code", code}});
    if (moving.refreshTarget().empty()) {
        std::cerr << "the code was not accepted (status " << moving.status << ")\n";
        return false;
    }
    const auto consent = browser.open(moving.refreshTarget());
    const auto consentId = consent.inputValue("consent_id");
    const auto upstream = WebBrowser::originOf(consent.url);
    const auto done =
        browser.post(upstream + "/consent", upstream, {{"consent_id", consentId}, {"decision", "accept"}});
    std::cout << WebBrowser::originOf(done.url) << " answered " << done.status << '\n';
    return done.status == 200 && done.url.find(origin + "/done/") == 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: approve-link VERIFICATION_URL LINK_CODE\n";
        return 64;
    }
    try {
        return walk(argv[1], argv[2]) ? 0 : 1;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 70;
    }
}
