#include "app/report/generated_share.h"

#include <fmt/core.h>

namespace app {

double generated_share(double shaded, double displayed, bool by_network) {
  return by_network && displayed > 0 ? 1 - shaded / displayed : 0;
}

std::string how_generated_is_counted(double shaded, double displayed) {
  if (shaded == 0)
    return fmt::format(
        "Counted in pixels: {:.0f} are displayed, and the rasterizer shades none of them, so 100 % are "
        "generated. A "
        "field computes what each ray sees. It remembers the rasterizer's earlier frames in two ways: as "
        "surfels, "
        "small planes with a colour, which show much of the scene without any learning, and as a network "
        "that adds "
        "what they lack. The panel Learning has both their PSNR. What moves in the scene is not in it.",
        displayed);
  return fmt::format(
      "Counted in pixels: {:.0f} are displayed, and for a frame that the network generates {:.0f} samples "
      "are "
      "rasterized. The rest, 1 - {:.0f} / {:.0f} = {:.1f} %, has no sample of its own in this frame. What no "
      "network made counts as 0 %: native, the reference, and the classical upscalers, which filter. A "
      "comparison counts each side by its share of the window. The reports and the tour count the same.",
      displayed, shaded, shaded, displayed, 100 * generated_share(shaded, displayed, true));
}

}  // namespace app
