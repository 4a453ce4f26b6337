// SPDX-License-Identifier: Apache-2.0
// PerThread by fiber-local storage, whose callback runs in the thread that ends. Windows.
#include "central_oauth/base/PerThread.h"

#include <memory>
#include <new>
#include <windows.h>

namespace central_oauth::base {

namespace {

struct Registered {
    void* object;
    void (*destroy)(void*);
    Registered* next;
};

// The memory of thread_local pointers may be gone by now, so none is reset.
void WINAPI destroyAll(void* first) {
    for (auto* each = static_cast<Registered*>(first); each != nullptr;) {
        const std::unique_ptr<Registered> owned(each);
        each = owned->next;
        owned->destroy(owned->object);
    }
}

// Of this program or library: releasing the index ends the objects of all threads before the code is
// unloaded.
class Index {
public:
    Index() : _value(::FlsAlloc(destroyAll)) {}
    ~Index() {
        if (_value != FLS_OUT_OF_INDEXES)
            ::FlsFree(_value);
    }
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    [[nodiscard]] DWORD value() const noexcept { return _value; }

private:
    DWORD _value;
};

} // namespace

bool destroyAtThreadEnd(void** slot, void (*destroy)(void*)) noexcept {
    static const Index index;
    if (index.value() == FLS_OUT_OF_INDEXES)
        return false;
    auto* const before = static_cast<Registered*>(::FlsGetValue(index.value()));
    std::unique_ptr<Registered> added(new (std::nothrow) Registered{*slot, destroy, before});
    if (!added || ::FlsSetValue(index.value(), added.get()) == 0)
        return false;
    static_cast<void>(added.release());
    return true;
}

} // namespace central_oauth::base
