#include "app/window/panels/ribbon.h"

#include <fmt/core.h>
#include <imgui.h>

#include <algorithm>

#include "app/window/panels/widgets.h"

namespace app {
namespace {

/// Returns the place of the thumbnail.
Corners draw_tile(const RibbonTile& tile, Settings& settings, ImVec2 low, float width,
                  const MarkControl& mark) {
  const float em = ImGui::GetFontSize(), pad = em / 3;
  const float picture = std::min(0.55f * width, 10 * em), height = picture * 9 / 16;
  BufferView& shown = settings.comparison.buffer;
  const bool here = shown == tile.view && tile.view != BufferView::picture;
  ImGui::SetCursorScreenPos(low);
  if (ImGui::InvisibleButton(tile.name.c_str(), {width, height + 2 * pad}))
    shown = here ? BufferView::picture : tile.view;
  mark("ribbon " + tile.name);
  const bool hovered = ImGui::IsItemHovered();
  tooltip(tile.help + (here ? "\nClick: back to the picture." : "\nClick: fill the screen with it."));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 high{low.x + width, low.y + height + 2 * pad};
  const Corners place{low.x + pad, low.y + pad, low.x + pad + picture, low.y + pad + height};
  const ImU32 paper = hovered ? IM_COL32(60, 80, 110, 235) : IM_COL32(26, 28, 34, 235);
  list.AddRectFilled({place[2], low.y}, high, paper, 3);
  list.AddRect({low.x + pad / 2, low.y + pad / 2}, {place[2], high.y - pad / 2}, paper, 0, 0, pad);
  if (here) list.AddRect(low, high, IM_COL32(255, 205, 90, 255), 3);
  const float x = low.x + picture + 2 * pad, room = std::max(1.0f, high.x - x - pad);
  list.PushClipRect({x, low.y}, {high.x - pad / 2, high.y}, true);
  list.AddText({x, low.y + pad}, IM_COL32(255, 205, 90, 255), tile.name.c_str());
  list.AddText({x, low.y + pad + 1.2f * em}, IM_COL32_WHITE,
               tile.ms >= 0 ? fmt::format("{:.1f} ms", tile.ms).c_str() : "not used");
  list.AddText(ImGui::GetFont(), 0.86f * em, {x, low.y + pad + 2.4f * em}, IM_COL32(190, 190, 190, 255),
               tile.detail.c_str(), nullptr, room);
  list.PopClipRect();
  return place;
}

}  // namespace

Corners draw_ribbon(const FrameFacts& facts, Settings& settings, const MarkControl& mark,
                    ThumbnailPlaces& places) {
  const float em = ImGui::GetFontSize(), gap = 1.3f * em;
  const ImVec2 space = ImGui::GetIO().DisplaySize;
  const auto count = static_cast<float>(facts.ribbon.size());
  const float pad = ImGui::GetStyle().WindowPadding.x;
  const float width = std::max(1.0f, (space.x - 2 * pad - (count - 1) * gap) / count);
  const float height =
      std::min(0.55f * width, 10 * em) * 9 / 16 + 2 * em / 3 + 2 * ImGui::GetStyle().WindowPadding.y;
  ImGui::SetNextWindowPos({0, space.y - height}, ImGuiCond_Always);
  ImGui::SetNextWindowSize({space.x, height}, ImGuiCond_Always);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  const bool open = ImGui::Begin("##ribbon", nullptr,
                                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PopStyleVar();
  if (open) {
    const ImVec2 first = ImGui::GetCursorScreenPos();
    for (std::size_t n = 0; n < facts.ribbon.size(); ++n) {
      const float x = first.x + static_cast<float>(n) * (width + gap);
      places.push_back(draw_tile(facts.ribbon[n], settings, {x, first.y}, width, mark));
      if (n + 1 == facts.ribbon.size()) continue;
      const ImVec2 tip{x + width + gap - 3, first.y + height / 2 - pad};
      ImGui::GetWindowDrawList()->AddTriangleFilled({tip.x - 0.7f * em, tip.y - 0.5f * em},
                                                    {tip.x - 0.7f * em, tip.y + 0.5f * em}, tip,
                                                    IM_COL32(255, 205, 90, 255));
    }
  }
  const Corners corners = current_panel();
  ImGui::End();
  return corners;
}

}  // namespace app
