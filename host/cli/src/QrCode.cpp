// SPDX-License-Identifier: Apache-2.0
// Gets the modules from libqrencode and draws two rows of them in one line.
#include "central_oauth/cli/QrCode.h"

#include <memory>
#include <qrencode.h>

namespace central_oauth::cli {

std::optional<QrCode> QrCode::of(const std::string& text) {
    // Low error correction: a screen has no dirt, and a smaller code fits more terminals.
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), &QRcode_free);
    if (!code)
        return std::nullopt;
    const auto size = static_cast<std::size_t>(code->width);
    std::vector<bool> dark(size * size);
    for (std::size_t i = 0; i < dark.size(); ++i)
        dark[i] = (code->data[i] & 1U) != 0; // the lowest bit is the colour
    return QrCode(size, std::move(dark));
}

bool QrCode::isDark(std::size_t row, std::size_t column) const {
    return row < _size && column < _size && _dark[row * _size + column];
}

std::string QrCode::drawn() const {
    const std::size_t side = drawnColumns();
    // Positions left of or above the code wrap around to huge numbers, which are light, too.
    const auto light = [this](std::size_t row, std::size_t column) {
        return !isDark(row - quietZone, column - quietZone);
    };
    std::string text;
    for (std::size_t row = 0; row < side; row += 2) {
        for (std::size_t column = 0; column < side; ++column) {
            const bool upper = light(row, column);
            const bool lower = row + 1 < side && light(row + 1, column);
            text += upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
        }
        text += '\n';
    }
    return text;
}

} // namespace central_oauth::cli
