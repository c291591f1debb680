#include "app/window/panels/legend.h"

#include <fmt/core.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "core/picture/metrics.h"

namespace app {
namespace {

Legend legend_of(BufferView view) {
  switch (view) {
    case BufferView::picture:
      return {};
    case BufferView::color:
      return {"What the rasterizer drew, at its own size: one sample a pixel, elsewhere in each frame.",
              "light times exposure, through the tone curve", ColorBar::none, "", ""};
    case BufferView::depth:
      return {"The distance of each sample; a step of grey is a doubling.", "reversed depth", ColorBar::grey,
              "sky", "near plane"};
    case BufferView::motion:
      return {
          "Where each sample was in the frame before: colour is the direction. Black where nothing moves.",
          "pixels a frame, rasterized ones", ColorBar::motion, "0", "4 and more"};
    case BufferView::reactive:
      return {"Where motion and depth cannot be trusted: water and glass. Black elsewhere.", "share",
              ColorBar::grey, "0", "1"};
    case BufferView::normal:
      return {"Where each surface faces: red along x, green up, blue along z.",
              "direction in the world, -1 to 1 in each colour", ColorBar::none, "", ""};
    case BufferView::albedo:
      return {"What each surface is painted with, before any light.", "share of light that returns",
              ColorBar::none, "", ""};
    case BufferView::roughness:
      return {"How dull each surface is: a dark one mirrors.", "roughness", ColorBar::grey, "0", "1"};
    case BufferView::shadow:
      return {"Where the sun arrives. Black in shadow, on sides away from it, and in the sky.", "share",
              ColorBar::grey, "0", "1"};
    case BufferView::occlusion:
      return {"How much of the sky's light arrives: corners are darker.", "share", ColorBar::grey, "0", "1"};
    case BufferView::history:
      return {"The output of the frame before, from which the upscaler goes on. Black after a cut.",
              "light times exposure, through the tone curve", ColorBar::none, "", ""};
    case BufferView::output:
      return {"What the upscaler made, before bloom.", "light times exposure, through the tone curve",
              ColorBar::none, "", ""};
    case BufferView::warped_history:
      return {"The frame before, moved to where its surfaces are now.",
              "light times exposure, through the tone curve", ColorBar::none, "", ""};
    case BufferView::disocclusion:
      return {"What was hidden in the frame before, so that it has no history. Black where nothing moves.",
              "share", ColorBar::grey, "0", "1"};
    case BufferView::blend_weight:
      return {"How much of the new sample is taken: dark keeps the history.", "share", ColorBar::grey, "0",
              "1"};
    case BufferView::history_clamp:
      return {"How far the history had to be pulled back to what the new samples allow. Black where it fits.",
              "compressed light", ColorBar::grey, "0", "0.25 and more"};
    case BufferView::kernel_shape:
      return {
          "How wide the filter of each pixel is: red along x, green along y; blue is its slant around 0.5.",
          "output pixels", ColorBar::grey, "0", "1 and more"};
    case BufferView::instability:
      return {"How much a pixel has changed again and again lately. Black where it is calm.", "share",
              ColorBar::grey, "0", "1"};
  }
  return {};
}

ImU32 color_at(ColorBar bar, float share) {
  if (bar == ColorBar::error) {
    const core::Image color = core::magma({.width = 1, .height = 1, .error = {share}, .mean = 0});
    return ImColor(color.rgb[0], color.rgb[1], color.rgb[2]);
  }
  if (bar == ColorBar::grey) return ImColor(share, share, share);
  return ImColor::HSV(0.5f, 1, 1 - std::exp2(-4 * share));  // motion to the right
}

}  // namespace

Legend legend_of(const Settings& settings) {
  const ComparisonSettings& comparison = settings.comparison;
  if (comparison.buffer == BufferView::picture) {
    if (!comparison.compare || !comparison.error) return {};
    return {"The error that an eye sees: against the reference at rest, else between the two sides.", "FLIP",
            ColorBar::error, "0",
            comparison.error_gain > 1 ? fmt::format("{:.2g} and more", 1 / comparison.error_gain) : "1"};
  }
  Legend legend = legend_of(comparison.buffer);
  const renderer::Upscaler upscaler = settings.render.upscaler;
  const bool inner = upscaler == renderer::Upscaler::neural || upscaler == renderer::Upscaler::taau;
  if (comparison.buffer >= BufferView::warped_history && !inner)
    legend.caption = fmt::format("{} has no such value, so it is black: neural and taau have.",
                                 get(settings, "upscaling.upscaler"));
  return legend;
}

void draw_legend(const Legend& legend, const FreeSpace& space) {
  if (legend.caption.empty()) return;
  const float em = ImGui::GetFontSize(), line = 1.2f * em;
  const float room = std::min(36 * em, space.right - space.left - 3 * em);
  if (room < 10 * em) return;
  const ImVec2 text = ImGui::CalcTextSize(legend.caption.c_str(), nullptr, false, room);
  const bool bar = legend.bar != ColorBar::none;
  const float height = text.y + line + (bar ? 2 * line : 0);
  // The labels of a comparison lie below it.
  const ImVec2 low{space.left + em, space.bottom - height - 3.5f * em};
  ImDrawList& list = *ImGui::GetBackgroundDrawList();
  list.AddRectFilled({low.x - em / 2, low.y - em / 2}, {low.x + room + em / 2, low.y + height + em / 2},
                     IM_COL32(15, 15, 15, 215), 3);
  list.AddText(ImGui::GetFont(), em, low, IM_COL32_WHITE, legend.caption.c_str(), nullptr, room);
  const ImU32 faint = IM_COL32(190, 190, 190, 255);
  float y = low.y + text.y + 0.1f * em;
  list.AddText({low.x, y}, faint, fmt::format("unit: {}", legend.unit).c_str());
  if (!bar) return;
  y += line;
  constexpr int steps = 64;
  for (int i = 0; i < steps; ++i) {
    const float width = room / steps, x = low.x + static_cast<float>(i) * width;
    list.AddRectFilled({x, y}, {x + width + 0.5f, y + 0.8f * em},
                       color_at(legend.bar, (static_cast<float>(i) + 0.5f) / steps));
  }
  y += 0.9f * em;
  list.AddText({low.x, y}, faint, legend.low.c_str());
  list.AddText({low.x + room - ImGui::CalcTextSize(legend.high.c_str()).x, y}, faint, legend.high.c_str());
}

}  // namespace app
