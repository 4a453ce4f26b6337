// SPDX-License-Identifier: Apache-2.0
#include "RowSealer.h"

#include "StoreFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class RowSealerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RowSealerTest);
    CPPUNIT_TEST(testOpensWhatItSealedForThatContextOnly);
    CPPUNIT_TEST(testNamesItsKey);
    CPPUNIT_TEST(testWhatCannotBeOpenedIsLoggedWithoutContent);
    CPPUNIT_TEST_SUITE_END();

public:
    void testOpensWhatItSealedForThatContextOnly() {
        const auto sealed = _sealer.seal(context(), domain::Secret("secret"));
        CPPUNIT_ASSERT_EQUAL(std::string("secret"), revealed(_sealer.open(context(), sealed)));
        for (int part = 0; part < 5; ++part) {
            auto other = context();
            other.table += part == 0 ? "x" : "";
            other.field += part == 1 ? "x" : "";
            other.row += part == 2 ? "x" : "";
            other.client = domain::ClientId(part == 3 ? "cli_beta" : "cli_alpha");
            other.generation += part == 4 ? 1U : 0U;
            CPPUNIT_ASSERT_THROW_MESSAGE(std::to_string(part), static_cast<void>(_sealer.open(other, sealed)),
                                         domain::UndecryptableError);
        }
    }

    void testNamesItsKey() {
        CPPUNIT_ASSERT_EQUAL(ringOf("1").currentKeyId(), _sealer.seal(context(), domain::Secret("x")).keyId);
    }

    void testWhatCannotBeOpenedIsLoggedWithoutContent() {
        auto sealed = _sealer.seal(context(), domain::Secret("secret"));
        sealed.blob.back() = static_cast<char>(sealed.blob.back() ^ 1);
        try {
            static_cast<void>(_sealer.open(context(), sealed));
            CPPUNIT_FAIL("a damaged value was opened");
        } catch (const domain::UndecryptableError& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.find("grants.access_token, row acc_1,") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(text, text.find("authentication_failed") != std::string::npos);
        }
        const auto log = _logged.str();
        CPPUNIT_ASSERT(log.find(R"("table":"grants","column":"access_token","row":"acc_1")") !=
                       std::string::npos);
        CPPUNIT_ASSERT(log.find("person-1") == std::string::npos);
    }

private:
    static domain::SealContext context() {
        return {"grants", "access_token", "acc_1\njira\nann\nperson-1", domain::ClientId("cli_alpha"), 1};
    }

    FakeClock _clock;
    std::ostringstream _logged;
    logging::StreamSink _sink{_logged};
    logging::Logger _logger{_sink, _clock};
    RowSealer _sealer{crypto::Sealer(ringOf("1")), _logger.channel("test")};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RowSealerTest);
