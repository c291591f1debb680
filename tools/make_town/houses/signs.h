#pragma once
// Shop names on fascia boards, hanging signs that swing, the notice board.

#include <array>
#include <string_view>

#include "tools/make_town/town.h"

namespace town {

inline constexpr std::array<std::string_view, 16> shop_names = {
    "SHIP CHANDLER", "THE SALTED LOAF",   "APOTHECARY",    "HARBOUR BOOKS",
    "TEA & SPICES",  "THE LANTERN INN",   "NETS & ROPES",  "CLOCKMAKER",
    "CHARTS & MAPS", "THE COPPER KETTLE", "OYSTERS & ALE", "WOOL & YARN",
    "CANDLES",       "RUM & RIGGING",     "FINE CHEESES",  "COOPER & SON"};
inline constexpr std::array<std::string_view, 8> sign_names = {
    "THE ANCHOR", "FISH", "ALE HOUSE", "BAKERY", "BOOKS", "TEA ROOM", "LODGINGS", "THE GULL"};

/// A fascia board facing +z, its middle at the pen, eight times as wide as high.
void fascia_board(const Pen& pen, int which, float width);
/// A wrought-iron bracket on a wall that faces +z, and the sign under it, a model of its own that swings.
void hanging_sign(Town& town, const Pen& pen, int which, Rng& rng);
/// Posts, board and a little roof; the front faces +z.
void notice_board(const Pen& pen);

}  // namespace town
