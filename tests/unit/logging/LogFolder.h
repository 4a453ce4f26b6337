// SPDX-License-Identifier: Apache-2.0
// A folder of its own for each test, for log files.
#pragma once

#include "central_oauth/logging/RotatingFileSink.h"

#include <algorithm>
#include <cppunit/TestFixture.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <Poco/TemporaryFile.h>

namespace central_oauth::logging::test {

class LogFolder : public CppUnit::TestFixture {
public:
    void setUp() override {
        std::filesystem::remove_all(folder()); // another test may have left something there
        std::filesystem::create_directory(folder());
    }
    void tearDown() override { std::filesystem::remove_all(folder()); }

protected:
    [[nodiscard]] std::filesystem::path folder() const { return _folder.path(); }

    [[nodiscard]] std::filesystem::path path(const std::string& name = "log") const {
        return folder() / name;
    }

    [[nodiscard]] std::string contents(const std::string& name = "log") const {
        std::ifstream file(path(name), std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    [[nodiscard]] std::string names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder()))
            found.push_back(entry.path().filename().string());
        std::sort(found.begin(), found.end());
        std::string all;
        for (const auto& name : found)
            all += name + ' ';
        return all;
    }

    static std::string problemOf(const std::filesystem::path& path) {
        try {
            RotatingFileSink sink(path);
        } catch (const LogFileError& failure) {
            return failure.what();
        }
        return "opened";
    }

private:
    Poco::TemporaryFile _folder;
};

} // namespace central_oauth::logging::test
