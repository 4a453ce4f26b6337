// SPDX-License-Identifier: Apache-2.0
// A QR code for a terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// A QR code (ISO/IEC 18004) of a text. A value.
class QrCode {
public:
    /// Returns the smallest code that holds the text, or nullopt if none does.
    [[nodiscard]] static std::optional<QrCode> of(const std::string& text);

    /// Returns the modules per side, without the quiet zone.
    [[nodiscard]] std::size_t size() const noexcept { return _size; }

    /// Returns whether the module is dark. Outside the code everything is light.
    [[nodiscard]] bool isDark(std::size_t row, std::size_t column) const;

    /// Returns the characters per line of `drawn`.
    [[nodiscard]] std::size_t drawnColumns() const noexcept { return _size + 2 * quietZone; }

    /// Returns lines of Unicode half blocks, with the quiet zone. Draws the light modules, so that a dark
    /// terminal shows the code as on paper.
    [[nodiscard]] std::string drawn() const;

private:
    static constexpr std::size_t quietZone = 4; // ISO/IEC 18004 section 5.3.8

    QrCode(std::size_t size, std::vector<bool> dark) : _size(size), _dark(std::move(dark)) {}

    std::size_t _size;
    std::vector<bool> _dark; ///< row by row
};

} // namespace central_oauth::cli
