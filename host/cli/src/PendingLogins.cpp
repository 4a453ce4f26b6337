// SPDX-License-Identifier: Apache-2.0
// The file holds the server's answer about each link, the request for it, and the time when it expires.
#include "central_oauth/cli/PendingLogins.h"

#include "JsonFile.h"
#include "PrivateFile.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/cli/AnswerReader.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <tuple>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>

namespace central_oauth::cli {

namespace {

using Poco::JSON::Object;

std::string textOf(const Object& object, const char* name) {
    return object.optValue<std::string>(name, "");
}

bool sameRequest(const LinkRequest& one, const LinkRequest& other) {
    const auto names = [](const LinkRequest& request) {
        return std::tie(request.provider, request.subject, request.label, request.onBehalfOf);
    };
    return names(one) == names(other) && (one.site == other.site || base::sameSiteUrl(one.site, other.site));
}

} // namespace

struct PendingLogins::Entry {
    std::string url;
    LinkRequest request;
    LinkCode link;
    std::chrono::sys_seconds expiry;

    // Throws: UnreadableAnswer, Poco::Exception.
    static Entry of(const Object& object) {
        std::ostringstream text;
        object.stringify(text);
        Entry entry;
        entry.link = readLinkCode(provider::Secret(text.str()));
        entry.url = textOf(object, "url");
        entry.request.provider = textOf(object, "provider");
        entry.request.subject = textOf(object, "subject");
        entry.request.label = textOf(object, "label");
        entry.request.site = textOf(object, "site");
        entry.request.onBehalfOf = textOf(object, "on_behalf_of");
        entry.expiry =
            std::chrono::sys_seconds(std::chrono::seconds(object.getValue<std::int64_t>("expires_at")));
        return entry;
    }

    [[nodiscard]] Object::Ptr toJson() const {
        Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        object->set("url", url);
        object->set("provider", request.provider);
        object->set("subject", request.subject);
        object->set("label", request.label);
        object->set("site", request.site);
        object->set("on_behalf_of", request.onBehalfOf);
        object->set("link_code", link.code);
        object->set("link_code_display", link.displayCode);
        object->set("verification_url", link.verificationUrl);
        object->set("link_secret", std::string(link.secret.reveal()));
        object->set("interval", static_cast<std::int64_t>(link.interval.count()));
        object->set("expires_in", static_cast<std::int64_t>(link.expiresIn.count()));
        object->set("expires_at", static_cast<std::int64_t>(expiry.time_since_epoch().count()));
        return object;
    }
};

// Compares by meaning, because a server's URL has several spellings.
bool PendingLogins::isHere(const Entry& entry) const {
    return base::sameSiteUrl(entry.url, _url);
}

PendingLogins::PendingLogins(const std::optional<std::filesystem::path>& folder, std::string url,
                             const provider::Clock& clock)
    : _path(folder ? *folder / "login.json" : std::filesystem::path()), _url(std::move(url)), _clock(clock) {}

bool PendingLogins::keep(const LinkRequest& request, const LinkCode& link) {
    if (_path.empty())
        return false;
    Entry entry;
    entry.url = _url;
    entry.request = request;
    entry.link = {link.code,           link.displayCode, link.verificationUrl,
                  link.secret.clone(), link.expiresIn,   link.interval};
    entry.expiry = std::chrono::floor<std::chrono::seconds>(_clock.now()) + link.expiresIn;
    const FolderLock others(_path.parent_path());
    std::vector<Entry> entries = read();
    // A link whose time is over may still be delivered, but only its own command asks for it.
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [&](const Entry& old) {
                                     return old.expiry <= _clock.now() ||
                                            (isHere(old) && sameRequest(old.request, request));
                                 }),
                  entries.end());
    entries.push_back(std::move(entry));
    return write(entries);
}

void PendingLogins::drop(const std::string& code) {
    std::error_code error;
    if (_path.empty() || !std::filesystem::exists(_path, error))
        return;
    const FolderLock others(_path.parent_path());
    std::vector<Entry> entries = read();
    const auto gone = std::remove_if(entries.begin(), entries.end(), [&](const Entry& entry) {
        return isHere(entry) && entry.link.code == code;
    });
    if (gone == entries.end())
        return;
    entries.erase(gone, entries.end());
    static_cast<void>(write(entries)); // if that fails, the next command finds the link to be over
}

std::optional<PendingLogin> PendingLogins::find(const LinkRequest& request) const {
    for (const Entry& entry : read())
        if (isHere(entry) && sameRequest(entry.request, request))
            return loginOf(entry);
    return std::nullopt;
}

std::vector<PendingLogin> PendingLogins::open() const {
    std::vector<PendingLogin> logins;
    for (const Entry& entry : read())
        if (isHere(entry) && entry.expiry > _clock.now())
            logins.push_back(loginOf(entry));
    return logins;
}

std::vector<PendingLogins::Entry> PendingLogins::read() const {
    std::vector<Entry> entries;
    if (_path.empty())
        return entries;
    try {
        const JsonFile file = readJsonFile(_path);
        if (file.isShared)
            return entries; // the link secrets are no longer secret
        const Poco::JSON::Array::Ptr links = file.object ? file.object->getArray("links") : nullptr;
        for (std::size_t i = 0; links && i < links->size(); ++i)
            if (const Object::Ptr link = links->getObject(static_cast<unsigned>(i)))
                entries.push_back(Entry::of(*link));
    } catch (const Failure&) {
        entries.clear(); // others may have read it, or it is no JSON: its links are useless
    } catch (const UnreadableAnswer&) {
        entries.clear();
    } catch (const Poco::Exception&) {
        entries.clear();
    }
    return entries;
}

bool PendingLogins::write(const std::vector<Entry>& entries) const {
    try {
        if (entries.empty()) {
            removePrivateFile(_path);
            return true;
        }
        Poco::JSON::Array::Ptr links = new Poco::JSON::Array;
        for (const Entry& entry : entries)
            links->add(entry.toJson());
        Object file;
        file.set("links", links);
        writeJsonFile(_path, file);
        return true;
    } catch (const Failure&) {
        return false;
    }
}

PendingLogin PendingLogins::loginOf(const Entry& entry) const {
    const auto left = std::chrono::floor<std::chrono::seconds>(entry.expiry - _clock.now());
    PendingLogin login;
    login.request = entry.request;
    login.link = {entry.link.code,
                  entry.link.displayCode,
                  entry.link.verificationUrl,
                  entry.link.secret.clone(),
                  std::clamp(left, std::chrono::seconds(0), entry.link.expiresIn),
                  entry.link.interval};
    return login;
}

} // namespace central_oauth::cli
