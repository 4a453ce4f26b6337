// SPDX-License-Identifier: Apache-2.0
#include "server/Html.h"

#include <Poco/URI.h>

namespace central_oauth::simulator {
namespace {

const char* const style = R"(<style>
body{font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#172b4d;margin:0}
main{max-width:30rem;margin:3rem auto;padding:2rem;background:#fff;border-radius:8px;box-shadow:0 1px 4px #091e4240}
.sim{background:#fffae6;border:1px solid #ffc400;padding:.5rem 1rem;border-radius:4px;font-size:.9rem}
h1{font-size:1.4rem}code{background:#f4f5f7;padding:.1rem .3rem}label{display:block}
button{font:inherit;padding:.5rem 1.5rem;border-radius:4px;border:1px solid #c1c7d0;background:#fff;cursor:pointer}
button[value=accept]{background:#0052cc;border-color:#0052cc;color:#fff}small{color:#5e6c84}
</style>)";

std::string page(const std::string& title, const std::string& content) {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
           "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
           escapeHtml(title) + "</title>" + style +
           "</head><body><main>\n<p class=\"sim\">This is a simulator for tests and demonstrations. "
           "It is not Atlassian, and nothing here reaches a real account.</p>\n" +
           content + "\n</main></body></html>\n";
}

std::string scopeList(const PendingConsent& pending) {
    std::string html = "<ul>";
    for (const auto& scope : pending.scopes)
        html += "<li><code>" + escapeHtml(scope) + "</code></li>";
    return html + "</ul>";
}

std::string sitePicker(World& world, const User& user) {
    if (user.sites.empty())
        return "<p>This account has no site.</p>";
    const bool several = user.sites.size() > 1;
    std::string html = several ? "<fieldset><legend>Use the app on</legend>"
                                 "<input type=\"hidden\" name=\"picker\" value=\"1\">"
                               : "<p>Use the app on ";
    for (const auto& cloudId : user.sites) {
        const Site* site = world.findSite(cloudId);
        if (site == nullptr)
            continue;
        const std::string label = escapeHtml(site->name) + " (" + escapeHtml(site->url) + ")";
        const std::string input = " name=\"site\" value=\"" + escapeHtml(cloudId) + "\"";
        html += several ? "<label><input type=\"checkbox\" checked" + input + "> " + label + "</label>"
                        : "<input type=\"hidden\"" + input + "><b>" + label + "</b>";
    }
    return html + (several ? "</fieldset><br>" : "</p>");
}

std::string userSwitch(World& world, const User& current, const std::string& authorizeTarget) {
    std::string html = "<p><small>Signed in as " + escapeHtml(current.name) + ".";
    for (const auto& [handle, user] : world.users) {
        if (handle == current.handle || handle.find(':') != std::string::npos)
            continue;
        std::string encoded;
        Poco::URI::encode(handle, "&=+?#", encoded);
        html += " <a href=\"" + escapeHtml(authorizeTarget + "&sim_user=" + encoded) + "\">Be " +
                escapeHtml(user.name) + "</a>";
    }
    return html + "</small></p>";
}

} // namespace

std::string escapeHtml(const std::string& text) {
    std::string escaped;
    for (const char character : text) {
        switch (character) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += character;
        }
    }
    return escaped;
}

std::string consentPage(World& world, const PendingConsent& pending, const std::string& authorizeTarget) {
    const App* app = world.findApp(pending.clientId);
    const User* user = world.findUser(pending.user);
    if (app == nullptr || user == nullptr)
        return messagePage("Something went wrong", "The app or the user is gone.");
    const std::string content = "<h1>" + escapeHtml(app->name) +
                                " is requesting access to your Atlassian account</h1>\n<p>It asks for:</p>" +
                                scopeList(pending) + "\n<form method=\"post\" action=\"/consent\">" +
                                "<input type=\"hidden\" name=\"consent_id\" value=\"" +
                                escapeHtml(pending.id) + "\">\n" + sitePicker(world, *user) +
                                "\n<button name=\"decision\" value=\"accept\">Accept</button> "
                                "<button name=\"decision\" value=\"cancel\">Cancel</button></form>\n" +
                                userSwitch(world, *user, authorizeTarget);
    return page("Allow access? (simulator)", content);
}

std::string messagePage(const std::string& heading, const std::string& text) {
    return page(heading, "<h1>" + escapeHtml(heading) + "</h1><p>" + escapeHtml(text) + "</p>");
}

} // namespace central_oauth::simulator
