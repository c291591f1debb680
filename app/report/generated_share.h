#pragma once
// The one definition of the share of generated pixels. The window's gauge, profile.json, the tour and the
// documents all count by it.

#include <string>

namespace app {

/// 1 - pixels shaded by the rasterizer / pixels displayed, of a frame or of the sum of many; 0 where no
/// network generated them. Each side of a comparison has its own.
double generated_share(double shaded, double displayed, bool by_network);

/// Explains it in words with the numbers of one frame that a network generates.
std::string how_generated_is_counted(double shaded, double displayed);

}  // namespace app
