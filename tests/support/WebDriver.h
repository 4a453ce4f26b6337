// SPDX-License-Identifier: Apache-2.0
// A headless Chromium under WebDriver: does and sees what a person does and sees.
#pragma once

#include "ServiceUnderTest.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::test {

/// An error of the driver. `code` is WebDriver's name of it, such as "no such element".
class WebDriverError : public std::runtime_error {
public:
    WebDriverError(std::string code, const std::string& message)
        : std::runtime_error(code + ": " + message), _code(std::move(code)) {}
    [[nodiscard]] const std::string& code() const noexcept { return _code; }

private:
    std::string _code;
};

/// Debian's chromedriver in its own process, with a home of its own.
///
/// It ends with this process, even if that is killed, and every browser ends with it.
/// Not thread-safe. The thread that makes it must live as long as the object.
/// Errors: std::runtime_error that names the packages if they are missing.
class WebDriver {
public:
    WebDriver();

    [[nodiscard]] const std::string& url() const noexcept { return _url; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return _home.path(); }

private:
    TemporaryFolder _home;
    std::unique_ptr<ChildProcess> _process;
    std::string _url;
};

/// The inner size of a window, in CSS pixels.
struct WindowSize {
    int width = 1280;
    int height = 900;
};

/// One browser with a profile of its own: it shares no cookie with another. It loads no images.
///
/// Functions that take a CSS selector wait until an element matches, and use the first.
/// Not thread-safe.
/// Errors: WebDriverError; std::runtime_error on a timeout.
class BrowserSession {
public:
    static constexpr std::chrono::seconds patience{15};

    explicit BrowserSession(const WebDriver& driver);
    ~BrowserSession();
    BrowserSession(const BrowserSession&) = delete;
    BrowserSession& operator=(const BrowserSession&) = delete;

    void open(const std::string& url);
    void back();
    void reload();
    [[nodiscard]] std::string url();
    [[nodiscard]] std::string title();
    /// Returns the HTTP status of the current page, or 0 if it has none.
    [[nodiscard]] int status();

    /// Blocks until the address holds `part`.
    void waitForUrl(const std::string& part);
    void waitFor(const std::string& selector);
    /// Blocks until `isTrue` returns true; `what` describes it in the error.
    void waitUntil(const std::string& what, const std::function<bool()>& isTrue);

    [[nodiscard]] std::size_t count(const std::string& selector);
    /// Returns the visible text of the element.
    [[nodiscard]] std::string text(const std::string& selector);
    [[nodiscard]] std::vector<std::string> texts(const std::string& selector);
    /// Returns the attribute's value, or empty if there is none.
    [[nodiscard]] std::string attribute(const std::string& selector, const std::string& name);
    [[nodiscard]] std::string property(const std::string& selector, const std::string& name);

    /// Clicks. The next call sees the page that the click loads.
    void click(const std::string& selector);
    /// Replaces the text of a field.
    void type(const std::string& selector, const std::string& text);
    /// Presses keys, one after the other, on the element that has the focus; each in UTF-8.
    void press(const std::vector<std::string>& keys);

    /// Runs a script in the page, whatever the page's policy says, and returns its result.
    Poco::Dynamic::Var run(const std::string& script,
                           const Poco::JSON::Array& arguments = Poco::JSON::Array());

    /// Opens another tab of the same browser, switches to it and returns its handle.
    std::string newTab();
    [[nodiscard]] std::string tab();
    void switchTo(const std::string& tab);
    void closeTab();

    /// Returns true if the current page has a cookie whose name begins with `prefix`.
    [[nodiscard]] bool hasCookie(const std::string& prefix);
    /// Deletes the cookies of all hosts.
    void forgetCookies();

    void resize(const WindowSize& size);
    /// Emulates a system preference for "light" or "dark" colours.
    void preferColours(const std::string& scheme);
    /// Saves the whole page as a PNG, at the current width.
    void savePicture(const std::filesystem::path& file);

    /// Sends a command of Chromium's debugging protocol and returns its result.
    Poco::Dynamic::Var debug(const std::string& command,
                             const Poco::JSON::Object& parameters = Poco::JSON::Object());

private:
    Poco::Dynamic::Var call(const std::string& method, const std::string& path,
                            const Poco::JSON::Object& body = Poco::JSON::Object());
    void beginTab();
    [[nodiscard]] std::string shownText();
    [[nodiscard]] std::vector<std::string> find(const std::string& selector);
    Poco::Dynamic::Var onElement(const std::string& selector,
                                 const std::function<Poco::Dynamic::Var(const std::string&)>& act);

    TemporaryFolder _profile;
    std::string _driver;
    std::string _session; ///< URL of the session's commands
};

namespace key {
inline const std::string tab = "\xEE\x80\x84";
inline const std::string enter = "\xEE\x80\x87";
inline const std::string down = "\xEE\x80\x95";
inline const std::string space = " ";
} // namespace key

} // namespace central_oauth::test
