// SPDX-License-Identifier: Apache-2.0
// Loads settings by short names and adds the required ones.
#pragma once

#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/SettingsTable.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <Poco/TemporaryFile.h>

namespace central_oauth::config::test {

class HostSettingsFixture : public CppUnit::TestFixture {
protected:
    using Values = std::map<std::string, std::string>;

    static std::string key() {
        return std::string(8, 'a') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d";
    }

    // Adds the prefix to short names, and a key.
    static LoadedSettings loaded(const Values& shortNames) {
        Values values{{"CENTRAL_OAUTH_SECRET_KEY", key()}};
        for (const auto& [name, value] : shortNames)
            values["CENTRAL_OAUTH_" + name] = value;
        return load(Environment(values));
    }

    static HostSettings accepted(const Values& shortNames) {
        auto result = loaded(shortNames);
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(result.report));
        return std::move(result.settings);
    }

    // Two private files, which differ in their names only.
    class PemFiles {
    public:
        PemFiles() {
            using std::filesystem::perms;
            for (const auto& path : {certificate(), key()}) {
                std::ofstream(path) << "pem";
                std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
            }
        }
        [[nodiscard]] std::string certificate() const { return _certificate.path(); }
        [[nodiscard]] std::string key() const { return _key.path(); }
        [[nodiscard]] Values with(Values others) const {
            others["TLS_CERT"] = certificate();
            others["TLS_KEY"] = key();
            return others;
        }

    private:
        Poco::TemporaryFile _certificate;
        Poco::TemporaryFile _key;
    };

    // Returns the one fault as "NAME problem; fix".
    static std::string faultOf(const Values& shortNames) {
        const auto result = loaded(shortNames);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(faultText(result.report), std::size_t{1}, result.report.faults.size());
        const auto& fault = result.report.faults.front();
        CPPUNIT_ASSERT(!fault.fix.empty());
        return fault.setting.substr(std::string("CENTRAL_OAUTH_").size()) + ' ' + fault.problem + "; " +
               fault.fix;
    }

    static void assertFault(const std::string& expected, const Values& shortNames) {
        const std::string fault = faultOf(shortNames);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shortNames.begin()->second, expected, fault.substr(0, expected.size()));
    }
};

} // namespace central_oauth::config::test
