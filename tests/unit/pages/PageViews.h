// SPDX-License-Identifier: Apache-2.0
// Views as a service fills them, and assertions about the rendered pages.
#pragma once

#include "central_oauth/pages/Pages.h"

#include <array>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>

class PageViews : public CppUnit::TestFixture {
protected:
    const central_oauth::pages::Pages _pages{
        central_oauth::pages::Site{"Example & Sons IT", "https://help.example.org/oauth?a=1&b=2"}};

    static void assertHas(const std::string& html, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("missing: " + part + "\nin:\n" + html, html.find(part) != std::string::npos);
    }

    static void assertLacks(const std::string& html, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("unwanted: " + part + "\nin:\n" + html, html.find(part) == std::string::npos);
    }

    static std::size_t countOf(const std::string& html, const std::string& pattern) {
        const std::regex wanted(pattern);
        return static_cast<std::size_t>(
            std::distance(std::sregex_iterator(html.begin(), html.end(), wanted), std::sregex_iterator()));
    }

    static constexpr std::array<const char*, 9> causes{
        "app_refused", "scope_refused",  "code_refused",     "misconfigured",  "busy",
        "unavailable", "not_understood", "foreign_callback", "service_network"};

    static constexpr std::string_view longScopes =
        "read:me search:confluence read:confluence-user read:page:confluence write:page:confluence "
        "delete:page:confluence read:space:confluence read:comment:confluence write:comment:confluence "
        "read:attachment:confluence readonly:content.attachment:confluence manage:jira-configuration "
        "offline_access";

    static central_oauth::pages::ApproveView approveView() {
        central_oauth::pages::ApproveView view;
        view.clientName = "Jira MCP";
        view.clientContact = "mailto:mcp-team@example.org";
        view.subject = "user-4711";
        view.label = "Alice's laptop";
        view.providerName = "Jira";
        view.scopes = central_oauth::pages::describeScopes(
            "read:jira-work write:jira-work read:me offline_access read:new-thing:jira");
        view.requesterAddress = "203.0.113.7";
        view.requesterProgram = "jira-mcp/2.1 (linux)";
        view.age = std::chrono::seconds(125);
        view.expiresIn = std::chrono::seconds(470);
        view.actionPath = "/approve/lnk_1";
        view.csrf = "csrf-value_1";
        return view;
    }

    static central_oauth::pages::DoneView doneView() {
        central_oauth::pages::DoneView view;
        view.providerName = "Jira";
        view.displayName = "Alice Example";
        view.email = "alice@example.org";
        view.siteName = "Example site";
        view.siteUrl = "https://example.atlassian.net";
        view.clientName = "Jira MCP";
        return view;
    }

    static central_oauth::pages::ChooseSiteView chooseView() {
        central_oauth::pages::ChooseSiteView view{"Jira MCP",    "Jira",         "Alice", {},
                                                  "/site/lnk_1", "csrf-value_1", false};
        view.choices = {{"1111-aaaa", "One", "https://one.atlassian.net"}, {"2222-bbbb", "Two", ""}};
        return view;
    }
};
