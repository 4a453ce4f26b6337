// SPDX-License-Identifier: Apache-2.0
// The type every token, code, key and client secret has on both sides of the plugin boundary.
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
/// Owns its characters. Moving leaves the source empty and wiped; a copy is an explicit `clone()`. May cross
/// the boundary in both directions: the build tag (Entry.h) says that both sides free memory alike.
///
/// Threads: like std::string, no synchronisation of its own.
///
/// Errors: none but std::bad_alloc.
class Secret {
public:
    /// An empty secret.
    Secret() = default;

    /// Takes the characters over; what is left of `value` is wiped. A caller who copies from elsewhere wipes
    /// that place itself.
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

    /// The characters, not terminated, valid until this object changes or goes. Do not copy them but into
    /// what is sent. Named so that every use can be found by a reviewer.
    [[nodiscard]] std::string_view reveal() const noexcept { return _value; }

    /// A copy with memory of its own. Throws: std::bad_alloc.
    [[nodiscard]] Secret clone() const { return Secret(std::string(_value)); }

    /// Whether there are no characters, and how many. Lengths are no secret.
    [[nodiscard]] bool empty() const noexcept { return _value.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return _value.size(); }

private:
    static void wipe(std::string& text) noexcept {
        // volatile: a plain fill before destruction is a dead store that the optimiser removes.
        text.clear(); // a moved-from string has a known state again
        text.resize(text.capacity());
        volatile char* bytes = text.data();
        for (std::size_t i = 0; i < text.size(); ++i)
            bytes[i] = '\0';
        text.clear();
    }

    std::string _value;
};

} // namespace v1
} // namespace central_oauth::provider
