// SPDX-License-Identifier: Apache-2.0
// Runs every example of docs/http-api.md as a reader does and compares every answer; checks the links between
// all documents.
#include "../support/ApiDescription.h"
#include "ExampleWorld.h"
#include "Markdown.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth::test;

namespace {

namespace fs = std::filesystem;

/// The mark that begins a new world: `<!-- test: begin NAME -->`.
const std::string begin = "begin ";

fs::path inSources(const std::string& path) {
    return fs::path(CENTRAL_OAUTH_SOURCE_DIR) / path;
}

const MarkdownPage& httpApi() {
    static const auto page = MarkdownPage::read(inSources("docs/http-api.md"));
    return page;
}

bool isBegin(const MarkdownPart& part) {
    return part.kind == MarkdownPart::Kind::mark && part.text.rfind(begin, 0) == 0;
}

} // namespace

class DocExamplesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DocExamplesTest);
    CPPUNIT_TEST(testEveryBlockBelongsToATest);
    CPPUNIT_TEST(testManyUsers);
    CPPUNIT_TEST(testOneMachine);
    CPPUNIT_TEST(testCiJob);
    CPPUNIT_TEST(testReference);
    CPPUNIT_TEST(testReferenceNamesWhatIsDescribed);
    CPPUNIT_TEST(testLinksLeadSomewhere);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryBlockBelongsToATest() {
        std::vector<std::string> names;
        for (const auto& part : httpApi().parts) {
            if (isBegin(part))
                names.push_back(part.text.substr(begin.size()));
            CPPUNIT_ASSERT_MESSAGE("line " + std::to_string(part.line) + ": before the first begin",
                                   !names.empty());
        }
        const std::vector<std::string> tested{"many-users", "one-machine", "ci-job", "reference"};
        CPPUNIT_ASSERT(tested == names);
    }

    void testManyUsers() { runExamples("many-users"); }
    void testOneMachine() { runExamples("one-machine"); }
    void testCiJob() { runExamples("ci-job"); }
    void testReference() { runExamples("reference"); }

    void testReferenceNamesWhatIsDescribed() {
        const auto& description = ApiDescription::get();
        for (const auto& operation : description.operations()) {
            if (!operation.isApi())
                continue;
            expectNamed(operation.method + " " + operation.pattern);
            for (const auto& parameter : operation.query)
                expectNamed(parameter);
        }
        for (const auto* schema : {"ErrorCode", "EndReason", "ReauthReason", "ClientScope"}) {
            for (const auto& value : stringsOf(description.component("schemas", schema), "enum"))
                expectNamed(value);
        }
        for (const auto* schema : {"LinkRequest", "ResolveRequest", "ReportRequest", "AccountChange",
                                   "GrantTokenRequest", "RotateRequest"}) {
            const auto fields = description.component("schemas", schema)->getObject("properties");
            for (const auto& field : fields->getNames())
                expectNamed(field);
        }
    }

    void testLinksLeadSomewhere() {
        std::vector<fs::path> files{inSources("README.md"), inSources("SECURITY.md"),
                                    inSources("CONTRIBUTING.md")};
        for (const auto& entry : fs::directory_iterator(inSources("docs"))) {
            if (entry.path().extension() == ".md")
                files.push_back(entry.path());
        }
        std::size_t checked = 0;
        for (const auto& file : files) {
            for (const auto& link : MarkdownPage::read(file).links)
                checked += isInTree(link) ? checkLink(file, link) : 0;
        }
        CPPUNIT_ASSERT_MESSAGE("documents point to each other", checked > 20);
    }

private:
    static void runExamples(const std::string& name) {
        ExampleWorld world;
        bool isOurs = false;
        int blocks = 0;
        for (const auto& part : httpApi().parts) {
            if (isBegin(part))
                isOurs = part.text == begin + name;
            else if (isOurs) {
                world.take(part);
                blocks += part.kind == MarkdownPart::Kind::block ? 1 : 0;
            }
        }
        CPPUNIT_ASSERT_MESSAGE(name + " has examples", blocks > 2);
    }

    static void expectNamed(const std::string& name) {
        const auto& text = httpApi().text;
        CPPUNIT_ASSERT_MESSAGE("http-api.md does not name `" + name + "`",
                               text.find("`" + name + "`") != std::string::npos);
    }

    static bool isInTree(const std::string& link) { return link.find("://") == std::string::npos; }

    static std::size_t checkLink(const fs::path& file, const std::string& link) {
        const auto hash = link.find('#');
        const auto path = link.substr(0, hash);
        const auto target = path.empty() ? file : file.parent_path() / path;
        const auto message = file.filename().string() + " points to " + link;
        CPPUNIT_ASSERT_MESSAGE(message, fs::exists(target));
        if (hash == std::string::npos)
            return 1;
        const auto anchors = MarkdownPage::read(target).anchors;
        CPPUNIT_ASSERT_MESSAGE(message, std::find(anchors.begin(), anchors.end(), link.substr(hash + 1)) !=
                                            anchors.end());
        return 1;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DocExamplesTest);
