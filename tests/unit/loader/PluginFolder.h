// SPDX-License-Identifier: Apache-2.0
// A folder of its own for each test, for plugins of the fixtures.
#pragma once

#include "central_oauth/loader/PluginLibrary.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <filesystem>
#include <string>

#include <Poco/SharedLibrary.h>
#include <Poco/TemporaryFile.h>

namespace central_oauth::loader::test {

class PluginFolder : public CppUnit::TestFixture {
public:
    // On Windows, libraries in use stay behind, and names of folders come back.
    void setUp() override {
        std::filesystem::remove_all(_directory);
        std::filesystem::create_directories(_directory);
        std::filesystem::permissions(_directory, std::filesystem::perms(0755));
    }

protected:
    std::filesystem::path fileOf(const std::string& id) const {
        return _directory / (id + Poco::SharedLibrary::suffix());
    }

    // Copies with fixed permissions: those of the build folder depend on the developer's umask.
    std::filesystem::path install(const std::string& id) const {
        std::filesystem::copy_file(std::filesystem::path(FIXTURE_PLUGIN_DIR) / fileOf(id).filename(),
                                   fileOf(id));
        std::filesystem::permissions(fileOf(id), std::filesystem::perms(0644));
        return fileOf(id);
    }

    loader::PluginRefusal refusalOf(const std::string& id) const {
        auto outcome = loader::loadPlugins(_directory, {id});
        CPPUNIT_ASSERT(outcome.libraries.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), outcome.refusals.size());
        CPPUNIT_ASSERT_EQUAL(id, outcome.refusals.front().id);
        return outcome.refusals.front();
    }

    void assertRefused(const std::string& id, RefusalReason reason, const std::string& message) const {
        const auto refusal = refusalOf(id);
        CPPUNIT_ASSERT_EQUAL(message, refusal.message);
        CPPUNIT_ASSERT(refusal.reason == reason);
    }

    Poco::TemporaryFile _temporary;
    std::filesystem::path _directory = _temporary.path();
};

} // namespace central_oauth::loader::test
