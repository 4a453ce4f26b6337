// SPDX-License-Identifier: Apache-2.0
#include "SqliteMemory.h"

#include "central_oauth/base/PerThread.h"
#include "central_oauth/base/Wipe.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>
#include <sqlite3.h>
#include <utility>

namespace central_oauth::store {

namespace {

// AddressSanitizer sees the misuse of a block only if the block is released.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool isWatched = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool isWatched = true;
#else
constexpr bool isWatched = false;
#endif
#else
constexpr bool isWatched = false;
#endif

constexpr std::size_t stepSize = 64;
constexpr std::size_t longestKept = 4096;                // pages of the cache are longer
constexpr std::size_t mostKept = std::size_t{96} * 1024; // bytes of a thread

/// What stands before each block. SQLite aligns to eight bytes; this keeps the alignment of operator new.
struct alignas(std::max_align_t) BlockHead {
    std::size_t size; ///< of the block behind it
    BlockHead* next;  ///< in a list of free ones
};

void* blockOf(BlockHead* head) noexcept {
    return head + 1;
}

BlockHead* headOf(void* block) noexcept {
    return static_cast<BlockHead*>(block) - 1;
}

std::size_t roundedSize(std::size_t size) noexcept {
    return (size + stepSize - 1) / stepSize * stepSize;
}

/// The free blocks of a thread, wiped, by size. A block may come from another thread.
class FreeBlocks {
public:
    FreeBlocks() = default;
    FreeBlocks(const FreeBlocks&) = delete;
    FreeBlocks& operator=(const FreeBlocks&) = delete;
    ~FreeBlocks() {
        for (BlockHead* first : _bySteps)
            while (first != nullptr)
                ::operator delete(std::exchange(first, first->next));
    }

    /// Returns the lists of this thread; null when it ends.
    static FreeBlocks* ofThread() noexcept { return base::PerThread<FreeBlocks>::find(); }

    /// Returns null if there is none of that size.
    BlockHead* take(std::size_t size) noexcept {
        auto& first = _bySteps[size / stepSize - 1];
        BlockHead* const head = first;
        if (head != nullptr) {
            first = head->next;
            _kept -= size;
        }
        return head;
    }

    /// Wipes the block and keeps it. Returns false if it has to be released.
    bool keep(BlockHead* head) noexcept {
        if (_kept + head->size > mostKept)
            return false;
        base::wipe(blockOf(head), head->size);
        auto& first = _bySteps[head->size / stepSize - 1];
        head->next = first;
        first = head;
        _kept += head->size;
        return true;
    }

private:
    std::array<BlockHead*, longestKept / stepSize> _bySteps{};
    std::size_t _kept = 0;
};

// SQLite's interface, with its sizes as int. It never asks for none, nor releases null.

void* takeBlock(int wanted) {
    const std::size_t size = roundedSize(static_cast<std::size_t>(wanted));
    BlockHead* head = nullptr;
    if (auto* const kept = size <= longestKept ? FreeBlocks::ofThread() : nullptr)
        head = kept->take(size);
    if (head == nullptr)
        head = static_cast<BlockHead*>(::operator new(sizeof(BlockHead) + size, std::nothrow));
    if (head == nullptr)
        return nullptr;
    head->size = size;
    return blockOf(head);
}

// The program's operator delete wipes what it releases.
void releaseBlock(void* block) {
    BlockHead* const head = headOf(block);
    auto* const kept = head->size <= longestKept ? FreeBlocks::ofThread() : nullptr;
    if (kept == nullptr || !kept->keep(head))
        ::operator delete(head);
}

int sizeOfBlock(void* block) {
    return static_cast<int>(headOf(block)->size);
}

void* resizeBlock(void* block, int wanted) {
    const std::size_t before = headOf(block)->size;
    if (roundedSize(static_cast<std::size_t>(wanted)) == before)
        return block;
    void* const moved = takeBlock(wanted);
    if (moved != nullptr) {
        std::memcpy(moved, block, std::min(before, headOf(moved)->size));
        releaseBlock(block);
    }
    return moved;
}

int roundUp(int wanted) {
    return static_cast<int>(roundedSize(static_cast<std::size_t>(wanted)));
}

int begin(void*) {
    return SQLITE_OK;
}

void end(void*) {}

} // namespace

void reuseSqliteMemory() noexcept {
    if constexpr (isWatched)
        return;
    static const sqlite3_mem_methods methods{takeBlock, releaseBlock, resizeBlock, sizeOfBlock,
                                             roundUp,   begin,        end,         nullptr};
    static_cast<void>(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods));
}

} // namespace central_oauth::store
