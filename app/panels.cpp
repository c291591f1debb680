#include "app/panels.h"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace app {
namespace {

const ImVec4 gauge_color{0.20f, 0.42f, 0.68f, 1};

/// The value below which this share of the sorted values lies.
float percentile(const std::vector<float>& sorted, double share) {
  return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

}  // namespace

void Panels::mark(std::string_view name) {
  if (report_file_.empty() || !ImGui::IsItemVisible()) return;
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  controls_[std::string(name)] = {static_cast<int>(low.x), static_cast<int>(low.y),
                                  static_cast<int>(high.x - low.x), static_cast<int>(high.y - low.y)};
}

void Panels::draw_scene(const FrameFacts& facts, ViewState& view) {
  ImGui::TextWrapped("%s", facts.scene.c_str());
  ImGui::TextDisabled("%s", facts.device.c_str());
  ImGui::TextUnformatted(fmt::format("{}: {} x {} to {} x {}", facts.upscaler, facts.render.width,
                                     facts.render.height, facts.output.width, facts.output.height)
                             .c_str());
  draw_gauge(facts);
  if (!facts.comparison.empty()) ImGui::TextWrapped("%s", facts.comparison.c_str());
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered = ImGui::InputTextWithHint("##scene", "open an OBJ or a scene file (or drop it here)",
                                                &scene_path_, ImGuiInputTextFlags_EnterReturnsTrue);
  mark("scene");
  if (entered && !scene_path_.empty()) view.open_scene = scene_path_;
  if (!view.message.empty()) ImGui::TextWrapped("%s", view.message.c_str());
}

void Panels::draw_gauge(const FrameFacts& facts) {
  const std::string text = fmt::format("{:.0f} % of the pixels are generated", 100 * facts.generated);
  ImGui::PushStyleColor(ImGuiCol_PlotHistogram, gauge_color);
  ImGui::ProgressBar(static_cast<float>(facts.generated), {ImGui::GetContentRegionAvail().x, 0}, "");
  ImGui::PopStyleColor();
  mark("gauge");
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  ImGui::GetWindowDrawList()->AddText({(low.x + high.x - size.x) / 2, (low.y + high.y - size.y) / 2},
                                      ImGui::GetColorU32(ImGuiCol_Text), text.c_str());
  if (!ImGui::IsItemHovered()) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
  ImGui::TextUnformatted(facts.how_counted.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void Panels::draw_time(ViewState& view) {
  if (ImGui::Button(view.playing ? "Pause" : "Play", {ImGui::GetFontSize() * 4, 0}))
    view.playing = !view.playing;
  mark("play");
  ImGui::SameLine();
  if (ImGui::Button("Step")) {
    view.playing = false;
    view.step = true;
  }
  mark("step");
  ImGui::SameLine();
  if (ImGui::RadioButton("path", !view.flying)) view.flying = false;
  mark("path");
  ImGui::SameLine();
  if (ImGui::RadioButton("fly", view.flying)) view.flying = true;
  mark("fly");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const double low = 0, high = std::max(view.duration, view.seconds);
  ImGui::SliderScalar("##time", ImGuiDataType_Double, &view.seconds, &low, &high, "%.2f s");
  mark("time");
  ImGui::TextDisabled("Right mouse: look. W A S D Q E: fly, Shift faster.");
  ImGui::TextDisabled("Space: pause. F1 panels, F7 timeline, F11 full screen.");
  ImGui::TextDisabled("F2 compare, F3 flicker, F4 error, F5 magnify,");
  ImGui::TextDisabled("F6 buffers, F12 PNG.");
}

void Panels::draw_main(const FrameFacts& facts, ViewState& view, Settings& settings) {
  const float em = ImGui::GetFontSize();
  const ImVec2 space = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({em / 2, em / 2}, ImGuiCond_Always);
  ImGui::SetNextWindowSize({std::min(26 * em, space.x - em), space.y - em}, ImGuiCond_Always);
  if (ImGui::Begin("Neuraster", nullptr, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
    draw_scene(facts, view);
    ImGui::Separator();
    draw_time(view);
    ImGui::Separator();
    ImGui::BeginChild("settings");
    settings_panel_.draw(settings, [this](std::string_view name) { mark(name); });
    ImGui::EndChild();
  }
  main_ = current_panel();
  ImGui::End();
}

bool Panels::covers(float x, float y) const {
  const auto inside = [&](const Corners& c) { return x >= c[0] && y >= c[1] && x < c[2] && y < c[3]; };
  return inside(main_) || inside(times_) || inside(timeline_);
}

FreeSpace Panels::free_space(bool panels) const {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  if (!panels) return {0, display.x, display.y};
  const float bottom = timeline_[3] > 0 ? timeline_[1] : display.y;
  const bool times_reach_down = times_[3] > bottom - 3 * ImGui::GetFontSize();
  return {main_[2], times_reach_down ? times_[0] : display.x, bottom};
}

void Panels::follow_cursor(ViewState& view, bool panels) const {
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsMousePosValid() || (panels && covers(io.MousePos.x, io.MousePos.y))) return;
  view.cursor = {io.MousePos.x * io.DisplayFramebufferScale.x, io.MousePos.y * io.DisplayFramebufferScale.y};
}

void Panels::draw_times(const FrameFacts& facts) {
  frame_ms_[frames_++ % frame_ms_.size()] = static_cast<float>(facts.frame_ms);
  const std::size_t count = std::min(frames_, frame_ms_.size());
  std::vector<float> sorted(frame_ms_.begin(), frame_ms_.begin() + static_cast<std::ptrdiff_t>(count));
  std::sort(sorted.begin(), sorted.end());
  const float median = percentile(sorted, 0.5), slow = percentile(sorted, 0.95);

  const float em = ImGui::GetFontSize();
  ImGui::SetNextWindowPos({ImGui::GetIO().DisplaySize.x - em / 2, em / 2}, ImGuiCond_Always, {1, 0});
  ImGui::SetNextWindowSize({20 * em, 0}, ImGuiCond_Always);
  const float bottom = timeline_[3] > 0 ? timeline_[1] : ImGui::GetIO().DisplaySize.y;
  ImGui::SetNextWindowSizeConstraints({20 * em, 0}, {20 * em, std::max(6 * em, bottom - em)});
  if (ImGui::Begin("Times", nullptr, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
    ImGui::TextUnformatted(fmt::format("{:.1f} fps   median {:.1f}   95 % {:.1f} ms",
                                       1000 / std::max(median, 0.001f), median, slow)
                               .c_str());
    ImGui::PlotLines("##frames", frame_ms_.data(), static_cast<int>(count),
                     static_cast<int>(frames_ > frame_ms_.size() ? frames_ % frame_ms_.size() : 0), nullptr,
                     0, slow * 1.5f, {ImGui::GetContentRegionAvail().x, 4 * em});
    if (ImGui::BeginTable("passes", 2, ImGuiTableFlags_RowBg)) {
      ImGui::TableSetupColumn("pass", ImGuiTableColumnFlags_WidthStretch);
      ImGui::TableSetupColumn("ms", ImGuiTableColumnFlags_WidthFixed, 5 * em);
      for (const PassRow& pass : facts.passes) {
        // A figure that changes with each frame cannot be read: show a running mean.
        double& smooth = smooth_ms_.try_emplace(pass.name, pass.ms).first->second;
        smooth += 0.1 * (pass.ms - smooth);
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(pass.name.c_str());
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(fmt::format("{:.2f}", smooth).c_str());
      }
      ImGui::EndTable();
    }
    times_cut_ = ImGui::GetScrollMaxY() > 0;
  }
  times_ = current_panel();
  ImGui::End();
}

void Panels::draw(const FrameFacts& facts, ViewState& view, Settings& settings) {
  controls_.clear();
  main_ = times_ = timeline_ = {};
  if (settings.window.panels) {
    draw_main(facts, view, settings);
    if (settings.window.timeline)
      timeline_ = draw_timeline_panel(facts.timeline, main_[2] + ImGui::GetFontSize() / 2);
    draw_times(facts);
  }
  follow_cursor(view, settings.window.panels);
  if (settings.look.compare)
    draw_split_overlay(facts.sides, free_space(settings.window.panels), facts.flicker_right, settings.look,
                       [this](std::string_view name) { mark(name); });
  if (!report_file_.empty()) write_report(facts, view, settings);
}

void Panels::write_report(const FrameFacts& facts, const ViewState& view, const Settings& settings) {
  nlohmann::json report;
  report["controls"] = controls_;
  report["scene"] = facts.scene;
  report["upscaler"] = facts.upscaler;
  report["render"] = {facts.render.width, facts.render.height};
  report["output"] = {facts.output.width, facts.output.height};
  report["seconds"] = view.seconds;
  report["playing"] = view.playing;
  report["flying"] = view.flying;
  report["message"] = view.message;
  report["search"] = settings_panel_.search();
  report["generated"] = facts.generated;
  report["compared"] = facts.compared;
  report["panels"] = {{"main", main_}, {"times", times_}, {"timeline", timeline_}, {"cut", times_cut_}};
  report["findings"] = facts.timeline.findings;
  report["self_check"] = facts.timeline.self_check ? self_check_state(facts.timeline) : "";
  for (const Parameter& row : parameters())
    report["settings"][row.name] = format_value(row, row.get(settings));
  report["frame"] = ++reports_;
  // Renamed, so that a reader never sees half of one; not flushed to disk, since it is written each frame.
  const std::filesystem::path beside = report_file_.string() + ".part";
  std::ofstream(beside) << report.dump(1);
  std::filesystem::rename(beside, report_file_);
}

}  // namespace app
