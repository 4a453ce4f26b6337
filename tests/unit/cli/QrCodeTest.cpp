// SPDX-License-Identifier: Apache-2.0
// The QR code's shape.
#include "central_oauth/cli/QrCode.h"

#include "central_oauth/base/Utf8.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

using namespace central_oauth::cli;

class QrCodeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QrCodeTest);
    CPPUNIT_TEST(testHasFinderPatterns);
    CPPUNIT_TEST(testGrowsWithTheText);
    CPPUNIT_TEST(testDrawsWithQuietZone);
    CPPUNIT_TEST(testGivesUpOnLongText);
    CPPUNIT_TEST_SUITE_END();

public:
    // ISO/IEC 18004 section 6.3.3: a ring of seven modules around a block of three, in three corners.
    void testHasFinderPatterns() {
        const QrCode code = *QrCode::of("https://oauth.example.com/link/aaaabbbbccccddddeeee22");
        const std::size_t last = code.size() - 7;
        const std::pair<std::size_t, std::size_t> corners[] = {{0, 0}, {0, last}, {last, 0}};
        for (const auto& [top, left] : corners)
            for (std::size_t row = 0; row < 7; ++row)
                for (std::size_t column = 0; column < 7; ++column) {
                    const bool ring = row == 0 || row == 6 || column == 0 || column == 6;
                    const bool block = row >= 2 && row <= 4 && column >= 2 && column <= 4;
                    CPPUNIT_ASSERT_EQUAL(ring || block, code.isDark(top + row, left + column));
                }
    }

    void testGrowsWithTheText() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{21}, QrCode::of("short")->size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{29}, QrCode::of(std::string(53, 'x'))->size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{33}, QrCode::of(std::string(54, 'x'))->size());
    }

    void testDrawsWithQuietZone() {
        const QrCode code = *QrCode::of("short");
        std::istringstream drawn(code.drawn());
        std::string line;
        std::size_t lines = 0;
        while (std::getline(drawn, line)) {
            CPPUNIT_ASSERT_EQUAL(code.drawnColumns(), central_oauth::base::countCodePoints(line));
            if (lines == 0)
                CPPUNIT_ASSERT(line.find(' ') == std::string::npos);
            if (lines == 2) // the first two rows of the finder pattern, after four light modules
                CPPUNIT_ASSERT(line.find("\u2588\u2588\u2588\u2588 \u2584\u2584\u2584\u2584\u2584 ") == 0);
            ++lines;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{29}, code.drawnColumns());
        CPPUNIT_ASSERT_EQUAL(std::size_t{15}, lines);
    }

    void testGivesUpOnLongText() { CPPUNIT_ASSERT(!QrCode::of(std::string(5000, 'x'))); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(QrCodeTest);
