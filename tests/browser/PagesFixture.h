// SPDX-License-Identifier: Apache-2.0
// A person with a real browser, the daemon, the upstream simulator, and a client that polls.
#pragma once

#include "../support/WebDriver.h"

#include <cppunit/TestFixture.h>
#include <memory>
#include <string>
#include <vector>

namespace central_oauth::test {

/// A daemon and a simulator for each test; browsers for the whole run, without cookies when a test begins.
///
/// The simulator is reached as "localhost", the daemon as "127.0.0.1": two sites to a browser, so that its
/// rules for cookies, forms and redirects between sites apply. Each step asserts that it reaches its page.
class PagesFixture : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override;

    [[nodiscard]] static BrowserSession& firstBrowser();
    /// A second browser of the same person, or of another one.
    [[nodiscard]] static BrowserSession& secondBrowser();

protected:
    [[nodiscard]] BrowserSession& browser() const { return firstBrowser(); }
    [[nodiscard]] ServiceUnderTest& service() const { return *_service; }
    [[nodiscard]] Simulator& simulator() const { return *_simulator; }

    /// Restarts the daemon with further settings.
    void restartWith(const ChildProcess::Environment& settings);
    /// Gives the person ada three sites; the client has not chosen one.
    void giveThreeSites() const;

    [[nodiscard]] TestLink newLink(const std::string& body = R"({"provider":"jira"})") const;
    [[nodiscard]] std::string urlOf(const std::string& page, const TestLink& link) const;

    /// Opens the link's address, which shows the approval page.
    void openLink(const TestLink& link) const;
    /// Types digits on the approval page and presses the button.
    void enterCode(const std::string& code) const;
    /// Types the link's code; ends on the page that leads upstream.
    void approve(const TestLink& link) const;
    /// Opens, approves, and moves on; ends on upstream's consent page, or its error page.
    void goUpstream(const TestLink& link) const;
    /// Follows the link on the page that leads upstream.
    void followUpstream() const;
    /// Accepts on upstream's consent page.
    void accept() const;
    void cancelUpstream() const;
    /// Links from the approval page to the done page.
    void linkUp(const TestLink& link) const;

    /// Asserts that the heading that a person sees holds the words, without case.
    void expectHeading(const std::string& words) const;
    /// Asserts that the page's text holds the words, without case.
    void expectWords(const std::string& words) const;
    void expectNoWords(const std::string& words) const;
    [[nodiscard]] std::string pageText() const;

    /// Polls as the client. Moves the clock by six seconds first, so that the poll is not too soon.
    [[nodiscard]] HttpAnswer poll(const TestLink& link) const;
    void expectPending(const TestLink& link) const;
    void expectEnded(const TestLink& link, const std::string& reason) const;
    /// Polls and returns the token payload; asserts that there is one.
    HttpAnswer expectLinked(const TestLink& link) const;
    /// Returns the person of a token payload.
    [[nodiscard]] static std::string personOf(const HttpAnswer& payload) {
        return payload.json()->getObject("upstream")->getValue<std::string>("display_name");
    }

private:
    [[nodiscard]] std::string textOnceItHolds(const std::string& selector, const std::string& words) const;

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

/// Part of the page's heading once a program is connected.
inline const std::string doneHeading = "connected";

} // namespace central_oauth::test
