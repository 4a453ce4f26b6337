// SPDX-License-Identifier: Apache-2.0
// Only the browser of a link may come back from upstream, once, by the path of the link's provider.
#include "../../../support/Spellings.h"
#include "CallbackFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::EndReason;
using domain::LinkStatus;
using provider::ProviderError;
using provider::ProviderErrorKind;
using provider::Secret;

class CallbackBrowserTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(CallbackBrowserTest);
    CPPUNIT_TEST(testStateIsSpentByTheFirstLook);
    CPPUNIT_TEST(testStrangersCallbackSpendsTheStateWithoutUpstream);
    CPPUNIT_TEST(testAnOpeningIsNotEnoughToComeBack);
    CPPUNIT_TEST(testOneOfSeveralOwnersCookiesIsEnough);
    CPPUNIT_TEST(testOtherProvidersCallbackSpendsTheStateWithoutUpstream);
    CPPUNIT_TEST(testProvidersOfOneAppMayShareACallback);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStateIsSpentByTheFirstLook() {
        _fixture->provider.onExchange = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::transient, "scripted");
        };
        (void)complete();
        ASSERT_REFUSED(ErrorCode::invalidRequest, complete());
        CPPUNIT_ASSERT_EQUAL(1, exchanges());
        auto query = parameters();
        query.state = Secret();
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->complete("/callback/jira", query, owner(), _fixture->origin));
    }

    void testStrangersCallbackSpendsTheStateWithoutUpstream() {
        const auto stranger = [](const base::LinkId&) { return holderOf("browser-2"); };
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->complete("/callback/jira", parameters(), stranger, _fixture->origin));
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.foreign_callback"));
        ASSERT_REFUSED(ErrorCode::invalidRequest, complete());
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
    }

    void testAnOpeningIsNotEnoughToComeBack() {
        const auto opened = [this](const base::LinkId&) {
            auto visitor = browser("browser-2");
            visitor.owner.clear();
            return visitor;
        };
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->complete("/callback/jira", parameters(), opened, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
    }

    void testOneOfSeveralOwnersCookiesIsEnough() {
        const auto planted = [](const base::LinkId&) {
            auto browser = holderOf("planted");
            browser.owner.emplace_back("browser-1");
            return browser;
        };
        CPPUNIT_ASSERT(_service->complete("/callback/jira", parameters(), planted, _fixture->origin) ==
                       _link);
    }

    void testOtherProvidersCallbackSpendsTheStateWithoutUpstream() {
        const ProviderCatalog both(
            {configured("jira", _fixture->provider), configured("confluence", _fixture->provider)});
        CallbackService service(parts(both, _fixture->upstream));
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       service.complete("/callback/confluence", parameters(), owner(), _fixture->origin));
        expectEnded(EndReason::upstreamError);
        begin("state-2");
        ASSERT_REFUSED(ErrorCode::invalidRequest, service.complete("/callback/trello", parameters("state-2"),
                                                                   owner(), _fixture->origin));
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
    }

    void testProvidersOfOneAppMayShareACallback() {
        auto jira = configured("jira", _fixture->provider);
        jira.redirectUri = "https://broker.example/callback";
        const ProviderCatalog neutral({jira});
        CallbackService service(parts(neutral, _fixture->upstream));
        CPPUNIT_ASSERT(service.complete("/callback", parameters(), owner(), _fixture->origin) == _link);
        begin("state-2");
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       service.complete("/callback/jira", parameters("state-2"), owner(), _fixture->origin));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallbackBrowserTest);
