// SPDX-License-Identifier: Apache-2.0
// `central-oauth login` at a terminal and in a script.
#include "ClientFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <sstream>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::test;

namespace {

namespace fs = std::filesystem;

const std::string escape = "\x1b";
const std::string waiting = "Waiting for approval";

Poco::JSON::Object::Ptr parse(const std::string& line) {
    return Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
}

std::string withoutColours(std::string screen) {
    for (auto at = screen.find(escape + "["); at != std::string::npos; at = screen.find(escape + "["))
        screen.erase(at, screen.find('m', at) + 1 - at);
    return screen;
}

bool hasQrCode(const std::string& screen) {
    return screen.find("\u2588\u2588\u2588") != std::string::npos;
}

} // namespace

class ClientLoginTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientLoginTest);
    CPPUNIT_TEST(testOpensTheBrowserAndReportsTheAccount);
    CPPUNIT_TEST(testChoosesBrowserOrQrCode);
    CPPUNIT_TEST(testXdgOpenIsTheBrowserWhereNoneIsNamed);
    CPPUNIT_TEST(testColoursOnlyWhereTheyAreWanted);
    CPPUNIT_TEST(testLoginResumesAfterAnInterruptAtATerminal);
    CPPUNIT_TEST(testKeptLinkIsEndedByCancel);
    CPPUNIT_TEST(testKeptLinkThatExpired);
    CPPUNIT_TEST(testAnotherCommandResumesNoKeptLink);
    CPPUNIT_TEST(testInterruptInAPipeEndsTheLink);
    CPPUNIT_TEST(testSecondInterruptEndsItAtOnce);
    CPPUNIT_TEST(testJsonLines);
    CPPUNIT_TEST(testDeclinedAndExpiredExitWith4);
    CPPUNIT_TEST_SUITE_END();

public:
    void testOpensTheBrowserAndReportsTheAccount() {
        // This browser never ends, so the login must not wait for it.
        addBrowser("browser", "exec sleep 60");
        ChildProcess opened("/bin/cat", {pipeOfBrowser().string()}, {});
        auto login = onTerminal({"login", "jira"}, withBrowser());
        const auto link = linkOn(login->waitForText(waiting));
        CPPUNIT_ASSERT_EQUAL("opened " + link.url, opened.waitForLine("opened"));
        login->waitForText(" left");
        approve(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(login->screen(), 0, login->wait());
        const auto screen = login->screen();
        CPPUNIT_ASSERT_MESSAGE("a browser and a QR code", !hasQrCode(screen));
        expectText(withoutColours(screen), "Linked Ada Lovelace");
        expectText(screen, "acc_");
        expectNoText(screen, "noise of the browser");
        expectNoSecrets(screen);
        CPPUNIT_ASSERT(!fs::exists(keptLink()));
    }

    void testChoosesBrowserOrQrCode() {
        addBrowser("browser", "");
        const Environment screen{{"DISPLAY", ":7"}, {"BROWSER", inHome("browser").string()}};
        const auto with = [&](const Environment& more) {
            auto all = screen;
            for (const auto& [name, value] : more)
                all[name] = value;
            return all;
        };
        expectQrCode(with({}), {"--no-browser"});
        expectQrCode(with({}), {"--no-input"});
        expectQrCode(with({{"CI", "true"}}), {});
        expectQrCode(with({{"SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"}}), {});
        expectQrCode({{"BROWSER", screen.at("BROWSER")}}, {});
        expectQrCode(
            {{"DISPLAY", ":7"}, {"BROWSER", inHome("nothing").string()}, {"PATH", inHome("").string()}}, {});
        CPPUNIT_ASSERT_MESSAGE("a browser was started", !fs::exists(inHome("opened")));

        const auto narrow = interrupted(startedOnTerminal({}, {}, {60, 30}));
        CPPUNIT_ASSERT_MESSAGE("a QR code that wraps", !hasQrCode(narrow));

        expectBrowser({{"WAYLAND_DISPLAY", "wayland-0"}, {"BROWSER", screen.at("BROWSER")}}, {});
        expectBrowser(with({{"SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"}}), {"--browser"});
    }

    void testXdgOpenIsTheBrowserWhereNoneIsNamed() {
        addBrowser("xdg-open", "");
        expectBrowser({{"DISPLAY", ":7"}, {"PATH", inHome("").string() + ":/usr/bin:/bin"}}, {});
    }

    void testColoursOnlyWhereTheyAreWanted() {
        const auto coloured = interrupted(startedOnTerminal({}, {}));
        expectText(coloured, escape + "[");
        const Environment plainOnes[] = {{{"NO_COLOR", "1"}}, {{"TERM", "dumb"}}};
        for (const auto& environment : plainOnes) {
            const auto plain = interrupted(startedOnTerminal(environment, {}));
            CPPUNIT_ASSERT_MESSAGE("an escape code in: " + plain, plain.find(escape) == std::string::npos);
        }
        // Standard output is for scripts, whatever standard error is.
        auto accounts = onTerminal({"config"}, withPipedOutput);
        CPPUNIT_ASSERT_EQUAL(0, accounts->wait());
        expectPlain(accounts->standardOutput());
    }

    void testLoginResumesAfterAnInterruptAtATerminal() {
        const Arguments command{"login", "jira", "--subject", "user 7", "--label", "laptop"};
        auto first = onTerminal(command);
        const auto link = linkOn(first->waitForText(waiting));
        first->send(PseudoTerminal::interrupt);
        CPPUNIT_ASSERT_EQUAL(130, first->wait());
        const auto told = first->screen();
        expectText(told, "central-oauth login --cancel");
        expectText(told, "central-oauth login jira --subject 'user 7' --label laptop");
        expectNoText(told, "Cancelled");
        expectNoSecrets(told);
        expectPrivate(keptLink(), fs::perms::owner_read | fs::perms::owner_write);
        expectPrivate(keptLink().parent_path(), fs::perms::owner_all);

        auto second = onTerminal(command);
        const auto again = linkOn(second->waitForText(waiting));
        expectText(second->screen(), "Going on with the earlier link");
        CPPUNIT_ASSERT_EQUAL(link.code, again.code);
        CPPUNIT_ASSERT_EQUAL(link.url, again.url);
        approve(again);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(second->screen(), 0, second->wait());
        expectText(withoutColours(second->screen()), "Linked Ada Lovelace");
        CPPUNIT_ASSERT_MESSAGE("the link's secret is still on the disk", !fs::exists(keptLink()));
        expectOneLinkCreated();
    }

    void testKeptLinkIsEndedByCancel() {
        const auto link = keepLink();
        const auto cancelled = run({"login", "--cancel"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(cancelled.errors, 0, cancelled.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), cancelled.output);
        CPPUNIT_ASSERT(!fs::exists(keptLink()));
        WebBrowser browser;
        CPPUNIT_ASSERT(browser.open(link.url).inputValue("csrf").empty());
        expectText(_service->log(), "link.cancelled");
        const auto nothing = run({"login", "--cancel"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(nothing.errors, 0, nothing.exitCode);
    }

    void testKeptLinkThatExpired() {
        const auto old = keepLink();
        _service->advanceClock(601);
        auto again = onTerminal({"login", "jira"});
        CPPUNIT_ASSERT(linkOn(again->waitForText(waiting)).code != old.code);
        expectText(again->screen(), "earlier link is over");
        approve(linkOn(again->screen()));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(again->screen(), 0, again->wait());
        CPPUNIT_ASSERT(!fs::exists(keptLink()));
    }

    void testAnotherCommandResumesNoKeptLink() {
        const auto link = keepLink();
        auto other = onTerminal({"login", "jira", "--subject", "somebody else"});
        CPPUNIT_ASSERT(linkOn(other->waitForText(waiting)).code != link.code);
        expectNoText(other->screen(), "earlier link");
        other->send(PseudoTerminal::interrupt);
        CPPUNIT_ASSERT_EQUAL(130, other->wait());
        auto piped = startLogin({"login", "jira", "--subject", "nobody before"});
        CPPUNIT_ASSERT(piped.link.code != link.code);
        piped.process->signal(SIGINT);
        CPPUNIT_ASSERT_EQUAL(130, end(piped).exitCode);
    }

    void testInterruptInAPipeEndsTheLink() {
        auto login = startLogin({"login", "jira"});
        WebBrowser browser;
        const auto before = browser.open(login.link.url);
        CPPUNIT_ASSERT(!before.inputValue("csrf").empty());
        (void)login.process->waitForErrorLine("Waiting");
        login.process->signal(SIGINT);
        const auto ended = end(login);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 130, ended.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), ended.output);
        expectText(ended.errors, "Cancelled: the code is not valid any more.");
        CPPUNIT_ASSERT(!fs::exists(keptLink()));
        const auto after = browser.open(before.url);
        CPPUNIT_ASSERT(after.inputValue("csrf").empty());
        expectText(after.html, "cancelled this link");
        expectText(_service->log(), "link.cancelled");
    }

    void testSecondInterruptEndsItAtOnce() {
        auto login = startLogin({"login", "jira"});
        (void)login.process->waitForErrorLine("Waiting");
        _service->process().signal(SIGSTOP); // makes cancelling slow
        login.process->signal(SIGINT);
        (void)login.process->waitForErrorLine("Cancelling");
        login.process->signal(SIGINT);
        const auto ended = end(login);
        _service->process().signal(SIGCONT);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 130, ended.exitCode);
        expectNoText(ended.errors, "could not be told");
    }

    void testJsonLines() {
        auto onScreen = onTerminal({"login", "jira", "--json"}, withPipedOutput);
        auto piped = startLogin({"login", "jira", "--json", "--subject", "user-7", "--label", "caf\u00e9"});
        approve(linkOn(onScreen->waitForText(waiting)));
        approve(piped.link);
        CPPUNIT_ASSERT_EQUAL(0, onScreen->wait());
        expectNoSecrets(onScreen->screen());
        const auto ended = end(piped);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
        expectJsonLines(onScreen->standardOutput(), {}, linkOn(onScreen->screen()));
        expectJsonLines(ended.output, "user-7", piped.link);
    }

    void testDeclinedAndExpiredExitWith4() {
        // All run at the same time: each waits five seconds before its first poll.
        auto expiring = startLogin({"login", "jira", "--subject", "late user"});
        _service->advanceClock(601);
        auto declined = startLogin({"login", "jira"});
        auto refused = startLogin({"login", "jira"});
        auto onScreen = onTerminal({"login", "jira"});
        decline(linkOn(onScreen->waitForText(waiting)));
        decline(declined.link);
        WebBrowser browser;
        (void)ServiceUnderTest::consent(browser, _service->approve(browser, refused.link), false);

        for (auto* login : {&declined, &refused}) {
            const auto ended = end(*login);
            CPPUNIT_ASSERT_EQUAL(4, ended.exitCode);
            CPPUNIT_ASSERT_EQUAL(std::string(), ended.output);
            expectText(ended.errors, "declined in the browser");
            expectText(ended.errors, "start again with: central-oauth login jira\n");
            expectText(ended.errors, "request id: ");
        }
        CPPUNIT_ASSERT_EQUAL(4, onScreen->wait());
        expectText(onScreen->screen(), "declined in the browser");
        CPPUNIT_ASSERT(!fs::exists(keptLink()));
        const auto expired = end(expiring);
        CPPUNIT_ASSERT_EQUAL(4, expired.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), expired.output);
        expectText(expired.errors, "expired");
        expectText(expired.errors, "central-oauth login jira --subject 'late user'");
    }

private:
    [[nodiscard]] fs::path pipeOfBrowser() const { return inHome("opened.pipe"); }

    // Adds a browser that writes its URL to `pipeOfBrowser` and leaves a file behind.
    void addBrowser(const std::string& name, const std::string& more) const {
        const auto file = inHome(name);
        CPPUNIT_ASSERT_EQUAL(0, runToEnd("/usr/bin/mkfifo", {pipeOfBrowser().string()}, {}).exitCode);
        writeFile(file, "#!/bin/sh\nPATH=/usr/bin:/bin\necho noise of the browser\n: >'" +
                            inHome("opened").string() + "'\necho \"opened $*\" >'" +
                            pipeOfBrowser().string() + "'\n" + more + "\n");
        fs::permissions(file, fs::perms::owner_all);
    }

    [[nodiscard]] Environment withBrowser() const {
        return merged({{"DISPLAY", ":7"}, {"BROWSER", inHome("browser").string()}});
    }

    [[nodiscard]] Environment merged(const Environment& more) const {
        auto environment = clientEnvironment();
        for (const auto& [name, value] : more)
            environment[name] = value;
        return environment;
    }

    // Starts a login with a settings folder of its own and returns it once it waits.
    [[nodiscard]] std::unique_ptr<PseudoTerminal>
    startedOnTerminal(const Environment& more, const Arguments& options, const TerminalSetup& setup = {}) {
        auto environment = merged(more);
        environment["XDG_CONFIG_HOME"] = inHome("config" + std::to_string(++_folders)).string();
        // A new subject, because one subject may have few open links.
        Arguments arguments{"login", "jira", "--subject", std::to_string(_folders)};
        arguments.insert(arguments.end(), options.begin(), options.end());
        auto login = onTerminal(arguments, environment, setup);
        login->waitForText(waiting);
        return login;
    }

    // Interrupts the login and returns all that the screen has shown.
    [[nodiscard]] static std::string interrupted(const std::unique_ptr<PseudoTerminal>& login) {
        login->send(PseudoTerminal::interrupt);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(login->screen(), 130, login->wait());
        (void)linkOn(login->screen()); // code and URL are always shown
        return login->screen();
    }

    void expectQrCode(const Environment& more, const Arguments& options) {
        const auto screen = interrupted(startedOnTerminal(more, options));
        CPPUNIT_ASSERT_MESSAGE("no QR code in: " + screen, hasQrCode(screen));
    }

    void expectBrowser(const Environment& more, const Arguments& options) {
        ChildProcess opened("/bin/cat", {pipeOfBrowser().string()}, {});
        auto login = startedOnTerminal(more, options);
        const auto line = opened.waitForLine("opened");
        const auto screen = interrupted(login);
        CPPUNIT_ASSERT_EQUAL("opened " + linkOn(screen).url, line);
        CPPUNIT_ASSERT_MESSAGE("a browser and a QR code", !hasQrCode(screen));
    }

    // Starts a login at a terminal and interrupts it.
    [[nodiscard]] TestLink keepLink() const {
        auto login = onTerminal({"login", "jira"});
        const auto link = linkOn(login->waitForText(waiting));
        login->send(PseudoTerminal::interrupt);
        CPPUNIT_ASSERT_EQUAL(130, login->wait());
        CPPUNIT_ASSERT(fs::exists(keptLink()));
        return link;
    }

    void decline(const TestLink& link) const {
        WebBrowser browser;
        const auto page = browser.open(link.url);
        (void)browser.post(page.url, _service->url(),
                           {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}});
    }

    void expectOneLinkCreated() const {
        const auto log = _service->log();
        const std::string created = "link.created";
        const auto first = log.find(created);
        CPPUNIT_ASSERT(first != std::string::npos);
        CPPUNIT_ASSERT(log.find(created, first + created.size()) == std::string::npos);
    }

    static void expectPrivate(const fs::path& path, fs::perms wanted) {
        CPPUNIT_ASSERT_MESSAGE(path.string(), fs::exists(path));
        CPPUNIT_ASSERT_MESSAGE(path.string(), fs::status(path).permissions() == wanted);
    }

    void expectJsonLines(const std::string& output, const std::string& subject, const TestLink& shown) const {
        expectNoSecrets(output);
        expectNoText(output, "eyJ"); // the simulator's tokens begin like this
        CPPUNIT_ASSERT_MESSAGE(output, std::all_of(output.begin(), output.end(), [](char c) {
                                   return static_cast<unsigned char>(c) < 0x7f;
                               }));
        std::istringstream lines(output);
        std::string first;
        std::string second;
        std::string third;
        std::getline(lines, first);
        std::getline(lines, second);
        CPPUNIT_ASSERT_MESSAGE("a line too many: " + third, !std::getline(lines, third));
        const auto link = parse(first);
        CPPUNIT_ASSERT_EQUAL(std::string("link"), link->getValue<std::string>("event"));
        CPPUNIT_ASSERT_EQUAL(shown.code, link->getValue<std::string>("link_code_display"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(12), link->getValue<std::string>("link_code").size());
        CPPUNIT_ASSERT_EQUAL(shown.url, link->getValue<std::string>("verification_url"));
        CPPUNIT_ASSERT(link->getValue<int>("expires_in") > 500);
        CPPUNIT_ASSERT(!link->getValue<bool>("resumed"));
        const auto linked = parse(second);
        CPPUNIT_ASSERT_EQUAL(std::string("linked"), linked->getValue<std::string>("event"));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_"), linked->getValue<std::string>("account_id").substr(0, 4));
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), linked->getValue<std::string>("provider"));
        CPPUNIT_ASSERT_EQUAL(subject, linked->optValue<std::string>("subject", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("Ada Lovelace"), linked->getValue<std::string>("display_name"));
        for (const char* field : {"email", "site", "valid_until"})
            CPPUNIT_ASSERT_MESSAGE(field, linked->has(field));
        CPPUNIT_ASSERT(linked->getArray("scopes")->size() > 2);
    }

    int _folders = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientLoginTest);
