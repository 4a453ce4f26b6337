// SPDX-License-Identifier: Apache-2.0
// Objects that each thread has one of.
#pragma once

#include <memory>
#include <new>

namespace central_oauth::base {

/// Calls `destroy(*slot)` when the calling thread ends, once *slot is null again where threads can still read
/// it. Returns false, and registers nothing, if the thread is ending or there is no memory. One source file
/// per platform.
[[nodiscard]] bool destroyAtThreadEnd(void** slot, void (*destroy)(void*)) noexcept;

/// The T of each thread, made when it is first asked for, and destroyed when the thread ends. For types with
/// a destructor: mingw runs those of `thread_local` objects only after it has released their memory.
template <class T>
class PerThread {
public:
    /// Returns null if the thread is ending or there is no memory.
    static T* find() noexcept {
        thread_local void* object = nullptr;
        if (object == nullptr) {
            std::unique_ptr<T> made(new (std::nothrow) T());
            object = made.get();
            if (object == nullptr || !destroyAtThreadEnd(&object, destroy))
                object = nullptr;
            else
                static_cast<void>(made.release());
        }
        return static_cast<T*>(object);
    }

    /// Throws: std::bad_alloc where `find` returns null.
    static T& get() {
        if (T* const object = find())
            return *object;
        throw std::bad_alloc();
    }

private:
    static void destroy(void* object) { delete static_cast<T*>(object); }
};

} // namespace central_oauth::base
