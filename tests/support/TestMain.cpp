// SPDX-License-Identifier: Apache-2.0
// The runner of every CppUnit executable: `RUNNER [SUITE[::METHOD]]`, exit 0 only if at least one test ran
// and all passed. CENTRAL_OAUTH_LEFT_OUT names a file that lists tests and whole suites not to run, each on a
// line of its own, with the reason after a blank; a run of which nothing is left succeeds.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/extensions/TestFactoryRegistry.h>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#if !defined(_WIN32)
#include <sys/stat.h>
#endif

namespace {

std::set<std::string> testsLeftOut() {
    std::set<std::string> names;
    const char* const file = std::getenv("CENTRAL_OAUTH_LEFT_OUT");
    std::ifstream lines(file == nullptr ? "" : file);
    for (std::string line; std::getline(lines, line);) {
        std::string name;
        std::istringstream(line) >> name;
        if (!name.empty() && name.front() != '#')
            names.insert(name);
    }
    return names;
}

// Returns how many it has left out.
int runAllBut(const std::set<std::string>& leftOut, CppUnit::Test& test, CppUnit::TestResult& controller) {
    int skipped = 0;
    for (int i = 0; i < test.getChildTestCount(); ++i)
        skipped += runAllBut(leftOut, *test.getChildTestAt(i), controller);
    if (test.getChildTestCount() > 0)
        return skipped;
    const auto name = test.getName();
    if (leftOut.count(name) + leftOut.count(name.substr(0, name.find("::"))) > 0)
        return 1;
    test.run(&controller);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
#if !defined(_WIN32)
    ::umask(022); // the tests need files that a group can't write; a developer's umask may be 002
#endif
    CppUnit::TestResult controller;
    CppUnit::TestResultCollector results;
    CppUnit::BriefTestProgressListener progress;
    controller.addListener(&results);
    controller.addListener(&progress);
    const std::unique_ptr<CppUnit::Test> all(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    int skipped = 0;
    try {
        skipped = runAllBut(testsLeftOut(), argc > 1 ? *all->findTest(argv[1]) : *all, controller);
    } catch (const std::exception& unknownName) {
        std::cerr << "no such test: " << unknownName.what() << '\n';
        return 2;
    }
    CppUnit::CompilerOutputter(&results, std::cerr).write();
    // The summary of a whole run is counted from this line.
    std::cout << "ran " << results.runTests() << " failed " << results.testFailuresTotal() << std::endl;
    return results.runTests() + skipped > 0 && results.wasSuccessful() ? 0 : 1;
}
