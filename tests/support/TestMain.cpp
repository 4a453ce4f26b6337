// SPDX-License-Identifier: Apache-2.0
// The runner of every CppUnit executable: `RUNNER [SUITE[::METHOD]]`, exit 0 only if at least one test ran
// and all passed.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>
#include <exception>
#include <iostream>
#include <string>
#if !defined(_WIN32)
#include <sys/stat.h>
#endif

int main(int argc, char** argv) {
#if !defined(_WIN32)
    ::umask(022); // the tests need files that a group can't write; a developer's umask may be 002
#endif
    CppUnit::TestResult controller;
    CppUnit::TestResultCollector results;
    CppUnit::BriefTestProgressListener progress;
    controller.addListener(&results);
    controller.addListener(&progress);
    CppUnit::TestRunner runner;
    runner.addTest(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    try {
        runner.run(controller, argc > 1 ? argv[1] : "");
    } catch (const std::exception& unknownName) {
        std::cerr << "no such test: " << unknownName.what() << '\n';
        return 2;
    }
    CppUnit::CompilerOutputter(&results, std::cerr).write();
    // The summary of a whole run is counted from this line.
    std::cout << "ran " << results.runTests() << " failed " << results.testFailuresTotal() << std::endl;
    return results.runTests() > 0 && results.wasSuccessful() ? 0 : 1;
}
