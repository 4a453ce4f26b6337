// SPDX-License-Identifier: Apache-2.0
// Checks every #include of host/, shared/ and plugins/ against the table of docs/architecture.md.
#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// What a module may include beyond itself and the C++ standard library.
struct Rule {
    std::string folder;
    std::set<std::string> modules;
    std::vector<std::string> libraries; ///< prefixes of <...> includes
};

const std::map<std::string, Rule>& rules() {
    static const std::map<std::string, Rule> table{
        {"provider", {"shared/provider", {}, {}}},
        {"oauth2", {"shared/oauth2", {"provider"}, {"Poco/", "Poco/JSON/", "Poco/Dynamic/"}}},
        {"base", {"shared/base", {"provider"}, {}}},
        {"platform", {"shared/platform", {"base", "provider"}, {}}},
        {"logging", {"shared/logging", {"base", "platform", "provider"}, {"Poco/"}}},
        {"config", {"shared/config", {"base", "platform", "provider"}, {"Poco/"}}},
        {"crypto", {"shared/crypto", {"base", "platform", "provider"}, {"openssl/"}}},
        {"domain", {"shared/domain", {"base", "provider"}, {}}},
        {"store",
         {"shared/store",
          {"base", "domain", "logging", "crypto", "platform", "provider"},
          {"Poco/", "Poco/Data/", "Poco/JSON/", "Poco/Dynamic/", "sqlite3.h"}}},
        {"http",
         {"shared/http", {"base", "logging", "platform", "provider"}, {"Poco/", "Poco/Net/", "openssl/"}}},
        {"httpclient",
         {"shared/httpclient",
          {"provider", "base", "logging", "platform"},
          {"Poco/", "Poco/Net/", "Poco/Crypto/", "openssl/"}}},
        {"services", {"host/services", {"base", "domain", "logging", "crypto", "provider"}, {}}},
        {"loader", {"host/loader", {"base", "logging", "config", "platform", "provider"}, {"Poco/"}}},
        {"pages", {"host/pages", {"base"}, {"kainjow/"}}},
        {"endpoints",
         {"host/endpoints",
          {"http", "pages", "services", "domain", "base", "logging", "provider"},
          {"Poco/", "Poco/JSON/", "Poco/Dynamic/"}}},
        {"cli",
         {"host/cli",
          {"base", "config", "httpclient", "platform", "provider"},
          {"Poco/", "Poco/JSON/", "Poco/Util/", "Poco/Dynamic/", "qrencode.h"}}},
        {"app",
         {"host/app",
          {"endpoints", "services", "loader", "config", "httpclient", "domain", "store", "http", "pages",
           "logging", "crypto", "base", "platform", "provider"},
          {"Poco/", "Poco/Util/"}}},
        {"atlassian",
         {"plugins/atlassian",
          {"provider", "oauth2"},
          {"Poco/URI.h", "Poco/JSON/", "Poco/Dynamic/", "Poco/"}}},
        {"jira", {"plugins/jira", {"provider", "oauth2", "atlassian"}, {}}},
        {"confluence", {"plugins/confluence", {"provider", "oauth2", "atlassian"}, {}}},
    };
    return table;
}

std::vector<std::string> includesOf(const fs::path& file) {
    static const std::regex line("^[ \t]*#[ \t]*include[ \t]*([<\"][^>\"]+[>\"])");
    std::ifstream stream(file);
    std::vector<std::string> found;
    for (std::string text; std::getline(stream, text);) {
        std::smatch match;
        if (std::regex_search(text, match, line))
            found.push_back(match[1].str());
    }
    return found;
}

std::string moduleOf(const std::string& include) {
    static const std::string prefix = "\"central_oauth/";
    if (include.rfind(prefix, 0) != 0)
        return {};
    const auto rest = include.substr(prefix.size());
    return rest.substr(0, rest.find('/'));
}

// A prefix that ends in a slash allows the files of that folder, but no subfolder: `Poco/` is Foundation
// alone.
bool matches(const std::string& name, const std::string& allowed) {
    if (name == allowed)
        return true;
    return allowed.back() == '/' && name.rfind(allowed, 0) == 0 &&
           (name.find('/', allowed.size()) == std::string::npos || allowed != "Poco/");
}

bool isThirdParty(const std::string& include) {
    const auto name = include.substr(1, include.size() - 2);
    return name.rfind("Poco/", 0) == 0 || name.rfind("openssl/", 0) == 0 || name.rfind("kainjow/", 0) == 0 ||
           name == "sqlite3.h" || name == "qrencode.h";
}

// Returns true for a header of the operating system: it has an extension, unlike the headers of C++.
bool isOfSystem(const std::string& include) {
    const auto name = include.substr(1, include.size() - 2);
    return include.front() == '<' && !isThirdParty(include) &&
           (name == "csignal" || fs::path(name).extension() == ".h");
}

// Returns true if the file may include headers of the system.
bool mayAskTheSystem(const std::string& file) {
    static const std::vector<std::string> places{
        "shared/platform/src/",
        // Readiness is the reactor's wait: epoll(7) where it exists, else poll(2). It needs Poco's sockets,
        // which platform may not use, and no other module waits for sockets.
        "shared/http/src/Readiness",
        "shared/http/src/posix/",
        "shared/http/src/windows/",
        // Below platform, which uses base.
        "shared/base/src/PerThread",
    };
    return std::any_of(places.begin(), places.end(),
                       [&](const auto& place) { return file.rfind(place, 0) == 0; });
}

// Returns why an include is not allowed, or an empty text if it is.
std::string faultOf(const std::string& module, const Rule& rule, const std::string& include) {
    const auto used = moduleOf(include);
    if (!used.empty())
        return used == module || rule.modules.count(used) != 0 ? "" : "module " + used;
    if (!isThirdParty(include))
        return {};
    const auto name = include.substr(1, include.size() - 2);
    const bool allowed = std::any_of(rule.libraries.begin(), rule.libraries.end(),
                                     [&](const auto& prefix) { return matches(name, prefix); });
    return allowed ? "" : "library header " + name;
}

bool isSource(const fs::path& path) {
    return path.extension() == ".h" || path.extension() == ".cpp";
}

} // namespace

class IncludeRuleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IncludeRuleTest);
    CPPUNIT_TEST(testEveryIncludeIsInTheTable);
    CPPUNIT_TEST(testEveryFolderIsInTheTable);
    CPPUNIT_TEST(testServicesUseTheStoresInterfacesOnly);
    CPPUNIT_TEST(testOpenSslIsUsedInCryptoAndTlsOnly);
    CPPUNIT_TEST(testSystemHeadersAreUsedInPlatformOnly);
    CPPUNIT_TEST(testSystemsDifferInPlatformOnly);
    CPPUNIT_TEST(testRuleRefusesWhatItShould);
    CPPUNIT_TEST(testRuleKnowsHeadersOfTheSystem);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryIncludeIsInTheTable() {
        std::ostringstream faults;
        std::size_t seen = 0;
        for (const auto& [module, rule] : rules()) {
            for (const auto& entry : fs::recursive_directory_iterator(root() / rule.folder)) {
                if (!entry.is_regular_file() || !isSource(entry.path()))
                    continue;
                for (const auto& include : includesOf(entry.path())) {
                    ++seen;
                    const auto fault = faultOf(module, rule, include);
                    if (!fault.empty())
                        faults << fs::relative(entry.path(), root()).string() << " may not use " << fault
                               << '\n';
                }
            }
        }
        CPPUNIT_ASSERT_MESSAGE("no includes found: is the source folder right?", seen > 100);
        CPPUNIT_ASSERT_EQUAL(std::string(), faults.str());
    }

    void testEveryFolderIsInTheTable() {
        std::set<std::string> known{"shared/cmake"};
        for (const auto& [module, rule] : rules())
            known.insert(rule.folder);
        for (const std::string top : {"host", "shared", "plugins"}) {
            for (const auto& entry : fs::directory_iterator(root() / top)) {
                const auto folder = top + "/" + entry.path().filename().string();
                if (entry.is_directory())
                    CPPUNIT_ASSERT_MESSAGE(folder + " has no rule", known.count(folder) != 0);
            }
        }
    }

    void testServicesUseTheStoresInterfacesOnly() {
        for (const std::string folder : {"host/services", "host/endpoints"}) {
            for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
                if (!entry.is_regular_file() || !isSource(entry.path()))
                    continue;
                for (const auto& include : includesOf(entry.path()))
                    CPPUNIT_ASSERT_MESSAGE(entry.path().string(),
                                           include.find("store/Sqlite") == std::string::npos);
            }
        }
    }

    void testOpenSslIsUsedInCryptoAndTlsOnly() {
        for (const std::string top : {"host", "plugins", "shared"}) {
            for (const auto& entry : fs::recursive_directory_iterator(root() / top)) {
                if (!entry.is_regular_file() || !isSource(entry.path()) ||
                    entry.path().string().find("shared/crypto") != std::string::npos ||
                    entry.path().string().find("shared/http/src/Tls") != std::string::npos ||
                    entry.path().string().find("shared/httpclient/src/Tls") != std::string::npos)
                    continue;
                for (const auto& include : includesOf(entry.path()))
                    CPPUNIT_ASSERT_MESSAGE(entry.path().string() + " " + include,
                                           include.find("openssl/") == std::string::npos);
            }
        }
    }

    void testSystemHeadersAreUsedInPlatformOnly() {
        std::ostringstream faults;
        std::set<std::string> used;
        for (const std::string top : {"host", "plugins", "shared"}) {
            for (const auto& entry : fs::recursive_directory_iterator(root() / top)) {
                if (!entry.is_regular_file() || !isSource(entry.path()))
                    continue;
                const auto file = fs::relative(entry.path(), root()).generic_string();
                for (const auto& include : includesOf(entry.path())) {
                    if (isOfSystem(include) && mayAskTheSystem(file))
                        used.insert(include);
                    else if (isOfSystem(include))
                        faults << file << " includes " << include << ", which is for shared/platform\n";
                }
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), faults.str());
        for (const std::string include : {"<unistd.h>", "<windows.h>", "<sys/stat.h>", "<csignal>"})
            CPPUNIT_ASSERT_MESSAGE(include + " is not found where it is", used.count(include) != 0);
    }

    // Twin files and the build decide, so that the rest of the code reads the same on every system.
    void testSystemsDifferInPlatformOnly() {
        static const std::regex condition(
            "^[ \t]*#[ \t]*(if|ifdef|ifndef|elif)\\b.*(_WIN32|__APPLE__|__linux__|MINGW)");
        for (const std::string top : {"shared", "host", "plugins", "tests"}) {
            for (const auto& entry : fs::recursive_directory_iterator(root() / top)) {
                const auto name = fs::relative(entry.path(), root()).generic_string();
                // A plugin's entry is exported by a keyword of the compiler.
                if (!isSource(entry.path()) || name.starts_with("shared/platform/src/") ||
                    name.starts_with("tests/support/") || name.starts_with("tests/architecture/") ||
                    name == "shared/provider/include/central_oauth/provider/Entry.h")
                    continue;
                std::ifstream stream(entry.path());
                for (std::string line; std::getline(stream, line);)
                    CPPUNIT_ASSERT_MESSAGE(name + ": " + line, !std::regex_search(line, condition));
            }
        }
    }

    void testRuleRefusesWhatItShould() {
        const auto& services = rules().at("services");
        CPPUNIT_ASSERT(!faultOf("services", services, "\"central_oauth/http/Router.h\"").empty());
        CPPUNIT_ASSERT(!faultOf("services", services, "<Poco/Net/HTTPServer.h>").empty());
        CPPUNIT_ASSERT(!faultOf("http", rules().at("http"), "<Poco/Data/Session.h>").empty());
        CPPUNIT_ASSERT(faultOf("services", services, "\"central_oauth/domain/Store.h\"").empty());
        for (const auto* const module : {"services", "endpoints"})
            CPPUNIT_ASSERT(
                !faultOf(module, rules().at(module), "\"central_oauth/store/SqliteStore.h\"").empty());
        CPPUNIT_ASSERT(faultOf("services", services, "<vector>").empty());
    }

    void testRuleKnowsHeadersOfTheSystem() {
        for (const std::string include :
             {"<unistd.h>", "<windows.h>", "<fcntl.h>", "<io.h>", "<sys/socket.h>", "<termios.h>", "<poll.h>",
              "<csignal>", "<signal.h>", "<pthread.h>", "<spawn.h>"})
            CPPUNIT_ASSERT_MESSAGE(include, isOfSystem(include));
        for (const std::string include : {"<vector>", "<cerrno>", "<Poco/Net/Socket.h>", "<openssl/evp.h>",
                                          "<sqlite3.h>", "\"Handle.h\""})
            CPPUNIT_ASSERT_MESSAGE(include, !isOfSystem(include));
        for (const std::string file :
             {"shared/http/src/Server.cpp", "shared/platform/include/central_oauth/platform/OpenFile.h",
              "host/app/src/Daemon.cpp"})
            CPPUNIT_ASSERT_MESSAGE(file, !mayAskTheSystem(file));
    }

private:
    static fs::path root() { return CENTRAL_OAUTH_SOURCE_DIR; }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IncludeRuleTest);
