// SPDX-License-Identifier: Apache-2.0
// The few fields of an ELF header that say how long the file must be.
#include "LibraryFile.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace central_oauth::loader {

namespace {

using Bytes = std::vector<unsigned char>;

/// Reads numbers of an ELF file in its own byte order and width.
class ElfView {
public:
    explicit ElfView(Bytes bytes) : _bytes(std::move(bytes)) {}

    [[nodiscard]] bool isElf() const {
        constexpr std::array<unsigned char, 4> magic{0x7f, 'E', 'L', 'F'};
        return _bytes.size() >= 64 && std::equal(magic.begin(), magic.end(), _bytes.begin());
    }
    [[nodiscard]] bool is64() const { return _bytes[4] == 2; }

    /// Returns the number in `width` bytes at an offset, or 0 beyond the end.
    [[nodiscard]] std::uint64_t number(std::uint64_t offset, unsigned width) const {
        std::uint64_t value = 0;
        if (offset > _bytes.size() || _bytes.size() - offset < width)
            return 0;
        for (unsigned i = 0; i < width; ++i) {
            const auto place = _bytes[5] == 2 ? i : width - 1 - i; // 2: big endian
            value = (value << 8U) | _bytes[static_cast<std::size_t>(offset) + place];
        }
        return value;
    }

private:
    Bytes _bytes;
};

std::uint64_t saturatedEnd(std::uint64_t offset, std::uint64_t size) {
    return offset > UINT64_MAX - size ? UINT64_MAX : offset + size;
}

// Returns how long the file must be for its tables and segments; ELF specification, header and program
// header.
std::uint64_t promisedSize(const ElfView& elf) {
    const bool wide = elf.is64();
    const unsigned width = wide ? 8 : 4;
    const auto programs = elf.number(wide ? 32 : 28, width);
    const auto sections = elf.number(wide ? 40 : 32, width);
    const auto programSize = elf.number(wide ? 54 : 42, 2);
    const auto programCount = elf.number(wide ? 56 : 44, 2);
    const auto sectionSize = elf.number(wide ? 58 : 46, 2);
    const auto sectionCount = elf.number(wide ? 60 : 48, 2);
    std::uint64_t end = std::max(saturatedEnd(programs, programSize * programCount),
                                 saturatedEnd(sections, sectionSize * sectionCount));
    for (std::uint64_t i = 0; i < programCount; ++i) {
        const auto header = saturatedEnd(programs, i * programSize);
        const auto offset = elf.number(saturatedEnd(header, wide ? 8 : 4), width);
        const auto size = elf.number(saturatedEnd(header, wide ? 32 : 16), width);
        end = std::max(end, saturatedEnd(offset, size));
    }
    return end;
}

Bytes headOf(const platform::OpenFile& file) {
    // The program headers follow the file header in what any linker writes.
    Bytes bytes(std::size_t{16} * 1024);
    bytes.resize(file.readAt(0, reinterpret_cast<char*>(bytes.data()), bytes.size()));
    return bytes;
}

} // namespace

std::optional<std::string> brokenFile(const platform::OpenFile& file) {
    const auto size = file.size();
    const ElfView elf(headOf(file));
    if (!elf.isElf())
        return std::nullopt;
    if (const auto promised = promisedSize(elf); promised > size)
        return "is cut off, " + std::to_string(size) + " of " + std::to_string(promised) +
               " bytes are there; install it again";
    return std::nullopt;
}

} // namespace central_oauth::loader
