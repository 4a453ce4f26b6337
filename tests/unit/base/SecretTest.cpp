// SPDX-License-Identifier: Apache-2.0
// The Secret type: the operations that do not compile, and that it wipes the memory it frees.
//
// This file replaces the executable's operator delete to inspect memory while it is freed.
#include "central_oauth/provider/Secret.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

/// Observes a block of heap memory: whether it was freed, and whether it was wiped before.
struct Watch {
    std::atomic<const void*> memory{nullptr};
    std::size_t size = 0;
    bool freed = false;
    bool wiped = false;

    void begin(std::string_view text) {
        size = text.size();
        freed = false;
        wiped = false;
        memory = text.data();
    }

    void look(const void* freedMemory) noexcept {
        if (freedMemory == nullptr || freedMemory != memory)
            return;
        memory = nullptr;
        freed = true;
        wiped = true;
        const auto* bytes = static_cast<const volatile unsigned char*>(freedMemory);
        for (std::size_t i = 0; i < size; ++i)
            wiped = wiped && bytes[i] == 0;
    }
};

Watch watch;

} // namespace

// Not inlined: g++ would see malloc's result given to operator delete and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (void* memory = std::malloc(size > 0 ? size : 1))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return std::malloc(size > 0 ? size : 1);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    watch.look(memory);
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
    operator delete(memory);
}

using central_oauth::provider::Secret;

namespace {

template <class T, class = void>
struct IsStreamable : std::false_type {};
template <class T>
struct IsStreamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct IsComparable : std::false_type {};
template <class T>
struct IsComparable<T, std::void_t<decltype(std::declval<const T&>() == std::declval<const T&>())>>
    : std::true_type {};

static_assert(IsStreamable<std::string>::value && IsComparable<std::string>::value);
static_assert(!IsStreamable<Secret>::value && !IsComparable<Secret>::value);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

const std::string longText = "a text too long for the string object itself, forty-two and more";
const std::string shortText = "short";

} // namespace

class SecretTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretTest);
    CPPUNIT_TEST(testTheWatchSeesAStringThatIsNotWiped);
    CPPUNIT_TEST(testWipesItsMemoryAtTheEnd);
    CPPUNIT_TEST(testWipesTheOldValueOnAssignment);
    CPPUNIT_TEST(testTakesOverTheMemoryOfItsText);
    CPPUNIT_TEST(testMovingLeavesTheSourceEmptyAndWiped);
    CPPUNIT_TEST(testSelfAssignmentKeepsTheValue);
    CPPUNIT_TEST(testCloneIsIndependent);
    CPPUNIT_TEST_SUITE_END();

    void testTheWatchSeesAStringThatIsNotWiped() {
        auto text = std::make_optional<std::string>(longText);
        watch.begin(*text);
        text.reset();
        CPPUNIT_ASSERT(watch.freed && !watch.wiped);
    }

    void testWipesItsMemoryAtTheEnd() {
        std::optional<Secret> secret(std::in_place, longText);
        CPPUNIT_ASSERT(secret->reveal() == longText);
        watch.begin(secret->reveal());
        secret.reset();
        CPPUNIT_ASSERT(watch.freed && watch.wiped);
    }

    void testWipesTheOldValueOnAssignment() {
        Secret target(longText);
        std::optional<Secret> source(std::in_place, longText + longText);
        watch.begin(target.reveal());
        target = std::move(*source);
        CPPUNIT_ASSERT(target.reveal() == longText + longText);
        // Some strings free the old memory at once, others hand it to the source.
        source.reset();
        CPPUNIT_ASSERT(watch.freed && watch.wiped);
    }

    void testTakesOverTheMemoryOfItsText() {
        std::string text = longText;
        const void* const memory = text.data();
        const Secret secret(std::move(text));
        CPPUNIT_ASSERT(static_cast<const void*>(secret.reveal().data()) == memory);
    }

    // A short text lies inside the string object, so moving copies it, and the source must wipe it.
    void testMovingLeavesTheSourceEmptyAndWiped() {
        for (const std::string& text : {shortText, longText}) {
            Secret source(text);
            const auto* const bytes = reinterpret_cast<const volatile char*>(&source);
            const Secret target(std::move(source));
            CPPUNIT_ASSERT(target.reveal() == text);
            CPPUNIT_ASSERT(source.empty());
            std::string object;
            for (std::size_t i = 0; i < sizeof source; ++i)
                object.push_back(bytes[i]);
            CPPUNIT_ASSERT(object.find(shortText) == std::string::npos);
        }
    }

    void testSelfAssignmentKeepsTheValue() {
        Secret secret(longText);
        Secret& same = secret;
        secret = std::move(same);
        CPPUNIT_ASSERT(secret.reveal() == longText);
    }

    void testCloneIsIndependent() {
        std::optional<Secret> first(std::in_place, longText);
        const Secret second = first->clone();
        first.reset();
        CPPUNIT_ASSERT(second.reveal() == longText);
        CPPUNIT_ASSERT_EQUAL(longText.size(), second.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretTest);
