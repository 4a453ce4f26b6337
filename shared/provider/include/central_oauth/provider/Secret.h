// SPDX-License-Identifier: Apache-2.0
// The type of tokens, codes, keys and client secrets on both sides of the plugin boundary.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace central_oauth::provider {
inline namespace v1 {

/// A string that must not leak: it can't be streamed, compared or copied by accident, and it wipes its
/// memory.
///
/// Owns its characters. Moving leaves the source empty and wiped; a copy needs an explicit `clone()`. May
/// cross the boundary in both directions: the build tag (Entry.h) guarantees that both sides free memory
/// alike.
///
/// Not thread-safe.
///
/// Errors: only std::bad_alloc.
class Secret {
public:
    /// An empty secret.
    Secret() = default;

    /// Takes over the characters and wipes the rest of `value`. A caller that copied them from elsewhere must
    /// wipe that place itself.
    explicit Secret(std::string value) noexcept : _value(std::move(value)) { wipe(value); }
    Secret(Secret&& other) noexcept : _value(std::move(other._value)) { wipe(other._value); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe(_value);
            _value = std::move(other._value);
            wipe(other._value);
        }
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(_value); }

    /// Returns the characters, without a terminating NUL, valid until this object changes. Copy them only
    /// into what is sent. The name lets a reviewer find every use.
    [[nodiscard]] std::string_view reveal() const noexcept { return _value; }

    /// Returns a copy with its own memory.
    /// Throws: std::bad_alloc.
    [[nodiscard]] Secret clone() const { return Secret(std::string(_value)); }

    /// Lengths are not secret.
    [[nodiscard]] bool empty() const noexcept { return _value.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return _value.size(); }

private:
    static void wipe(std::string& text) noexcept {
        text.clear(); // gives a moved-from string a known state
        text.resize(text.capacity());
        // Otherwise the zeros are a dead store before destruction, which the optimiser removes.
#ifdef __GNUC__
        __asm__ __volatile__("" : : "r"(text.data()) : "memory");
#else
        volatile char* bytes = text.data();
        for (std::size_t i = 0; i < text.size(); ++i)
            bytes[i] = '\0';
#endif
        text.clear();
    }

    std::string _value;
};

} // namespace v1
} // namespace central_oauth::provider
