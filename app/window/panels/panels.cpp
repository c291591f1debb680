#include "app/window/panels/panels.h"

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/window/panels/legend.h"
#include "app/window/panels/pages.h"
#include "app/window/panels/path_overlays.h"
#include "app/window/panels/ribbon.h"

namespace app {
namespace {

/// Whether somebody typed this character, and not into a text field. It is the keyboard's own, wherever on it
/// the key lies.
bool typed(char wanted) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantTextInput) return false;
  return std::any_of(io.InputQueueCharacters.begin(), io.InputQueueCharacters.end(),
                     [&](ImWchar c) { return c == static_cast<ImWchar>(wanted); });
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
  ImGui::TextUnformatted(fmt::format("{}: {} x {} to {} x {}", facts.upscaler, facts.render.width,
                                     facts.render.height, facts.output.width, facts.output.height)
                             .c_str());
  if (!facts.resolution.empty()) ImGui::TextWrapped("%s", facts.resolution.c_str());
  if (!facts.comparison.empty()) {
    // Always two lines, so that nothing below moves under the mouse while the reference grows.
    const float below =
        ImGui::GetCursorPosY() + 2 * ImGui::GetTextLineHeight() + ImGui::GetStyle().ItemSpacing.y;
    ImGui::TextWrapped("%s", facts.comparison.c_str());
    ImGui::SetCursorPosY(std::max(ImGui::GetCursorPosY(), below));
  }
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered = ImGui::InputTextWithHint("##scene", "open an OBJ or a scene file (or drop it here)",
                                                &scene_path_, ImGuiInputTextFlags_EnterReturnsTrue);
  mark("scene");
  if (entered && !scene_path_.empty()) view.open_scene = scene_path_;
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
}

void Panels::draw_sun(Settings& settings) {
  for (const char* row : {"lighting.time_of_day", "lighting.sun"})
    settings_panel_.draw_row(*find_parameter(row), settings, [this](std::string_view name) {
      mark(fmt::format("quick {}", name));  // the list has them too
    });
}

void Panels::draw_main(const FrameFacts& facts, ViewState& view, Settings& settings) {
  const float em = ImGui::GetFontSize();
  const ImVec2 space = ImGui::GetIO().DisplaySize;
  const float top = strip_[3] + em / 2;
  // As much as a fifth of 1280 x 720.
  const float height = std::clamp(lower_edge() - top - em / 2, em, 36 * em);
  ImGui::SetNextWindowPos({em / 2, top}, ImGuiCond_Always);
  ImGui::SetNextWindowSize({std::min(26 * em, space.x - em), height}, ImGuiCond_Always);
  if (ImGui::Begin("Settings", nullptr, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
    draw_scene(facts, view);
    ImGui::Separator();
    draw_time(view);
    if (facts.has_sun) draw_sun(settings);
    ImGui::Separator();
    ImGui::BeginChild("settings");
    settings_panel_.draw(settings, [this](std::string_view name) { mark(name); });
    ImGui::EndChild();
  }
  main_ = current_panel();
  ImGui::End();
}

/// Of the space above the ribbon.
float Panels::lower_edge() const {
  return ribbon_[3] > 0 ? ribbon_[1] : ImGui::GetIO().DisplaySize.y;
}

bool Panels::covers(float x, float y) const {
  const auto inside = [&](const Corners& c) { return x >= c[0] && y >= c[1] && x < c[2] && y < c[3]; };
  return inside(strip_) || inside(main_) || inside(times_) || inside(side_) || inside(timeline_) ||
         inside(page_) || inside(ribbon_);
}

FreeSpace Panels::free_space() const {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float bottom = timeline_[3] > 0 ? timeline_[1] : lower_edge();
  const auto reaches_down = [&](const Corners& c) { return c[3] > bottom - 3 * ImGui::GetFontSize(); };
  float left = reaches_down(main_) ? main_[2] : 0, right = reaches_down(times_) ? times_[0] : display.x;
  if (reaches_down(side_)) (times_[2] > 0 ? left : right) = side_[times_[2] > 0 ? 2 : 0];
  return {left, right, bottom};
}

void Panels::follow_cursor(ViewState& view) const {
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsMousePosValid() || covers(io.MousePos.x, io.MousePos.y)) return;
  view.cursor = {io.MousePos.x * io.DisplayFramebufferScale.x, io.MousePos.y * io.DisplayFramebufferScale.y};
}

void Panels::draw_panels(const FrameFacts& facts, ViewState& view, Settings& settings) {
  const float em = ImGui::GetFontSize();
  const MarkControl marker = [this](std::string_view name) { mark(name); };
  if (facts.stations) strip_ = strip_panel_.draw(facts, times_panel_.median_ms(), view, settings, marker);
  if (!facts.ribbon.empty()) ribbon_ = draw_ribbon(facts, settings, marker, thumbnails_);
  const bool measure = settings.window.role == WindowRole::measure;
  if (settings.window.role == WindowRole::tune) draw_main(facts, view, settings);
  // In the frame in which it is switched on by the mouse, its facts have not been collected yet.
  if ((measure || settings.window.timeline) && facts.timeline.frames)
    timeline_ = draw_timeline_panel(facts.timeline, main_[2] + em / 2, lower_edge(), marker);
  const float top = strip_[3] + em / 2, bottom = (timeline_[1] > 0 ? timeline_[1] : lower_edge()) - em / 2;
  if (measure) times_ = times_panel_.draw(facts, top, bottom, marker);
  // At the right edge, unless the times are there.
  const bool above_timeline = timeline_[3] > 0 && !(measure && timeline_[0] > 26.5f * em);
  const Place side{measure ? em / 2 : ImGui::GetIO().DisplaySize.x - em / 2, measure ? 0.0f : 1.0f, top,
                   above_timeline ? bottom : lower_edge() - em / 2};
  if (view.help || view.about || view.scenes) return;  // a page lies there
  if (!facts.race.empty())
    side_ = draw_race(facts.race, side, marker);
  else if (facts.training)
    side_ = learning_panel_.draw(*facts.training, side, view, marker);
}

void Panels::draw_pages(const FrameFacts& facts, ViewState& view) {
  const float em = ImGui::GetFontSize();
  const ImVec2 space = ImGui::GetIO().DisplaySize;
  // In the middle, and beside the settings where there is room.
  const bool beside = space.x - main_[2] > 47 * em;
  const Place place{beside ? (main_[2] + space.x) / 2 : space.x / 2, 0.5f, strip_[3] + em / 2, space.y};
  const MarkControl marker = [this](std::string_view name) { mark(name); };
  if (view.help) page_ = draw_key_help(view.help, place, marker);
  if (view.about) page_ = draw_about(facts, view.about, place, marker);
  if (view.scenes && facts.places) page_ = scenes_page_.draw(*facts.places, place, view, marker);
}

/// Words without a panel, between the panels at both sides.
void Panels::draw_over_picture(const FrameFacts& facts, const ViewState& view, const Settings& settings) {
  const double median = times_panel_.median_ms();
  const bool side_left = side_[2] > 0 && times_[2] > 0;
  const float left = side_left ? side_[2] : main_[2];
  float right = times_[2] > 0 ? times_[0] : ImGui::GetIO().DisplaySize.x;
  if (side_[2] > 0 && !side_left) right = side_[0];
  if (settings.window.fps && times_[2] == 0)
    draw_frame_rate(1000 / std::max(median, 0.001), median, right, strip_[3]);
  if (facts.filmed) draw_recording(*facts.filmed, left, strip_[3]);
  float top = strip_[3] + (facts.filmed ? 2 * ImGui::GetFontSize() : 0);
  if (page_[3] > 0) top = std::min(page_[3], ImGui::GetIO().DisplaySize.y - 4 * ImGui::GetFontSize());
  draw_message(view.message, left, right, top);
  if (facts.tour) draw_tour_caption(*facts.tour, {left, right, free_space().bottom});
}

void Panels::draw(const FrameFacts& facts, ViewState& view, Settings& settings) {
  controls_.clear();
  const Corners strip_before = strip_;
  strip_ = main_ = times_ = timeline_ = page_ = ribbon_ = side_ = {};
  thumbnails_.clear();
  times_panel_.add(facts);
  if (typed('?')) view.help = !view.help;
  if (settings.window.panels) draw_panels(facts, view, settings);
  draw_pages(facts, view);
  follow_cursor(view);
  if (settings.comparison.compare)
    draw_split_overlay(facts.sides, free_space(), facts.flicker_right, settings.comparison,
                       [this](std::string_view name) { mark(name); });
  if (settings.window.panels) {
    FreeSpace beside = free_space();
    beside.left = std::max(beside.left, main_[2]);
    draw_legend(legend_of(settings), beside);
  }
  draw_over_picture(facts, view, settings);
  // A change by a key, while no settings panel is drawn, is a step of undo too.
  if (!ImGui::IsAnyItemActive()) settings_panel_.commit(settings);
  // A strip that has just changed its height moves what lies below it in the next frame.
  if (strip_ != strip_before) controls_.clear();
  if (!report_file_.empty()) write_report(facts, view, settings);
}

void Panels::write_report(const FrameFacts& facts, const ViewState& view, const Settings& settings) {
  nlohmann::json report;
  report["controls"] = controls_;
  report["scene"] = facts.scene;
  report["upscaler"] = facts.upscaler;
  report["generator"] = facts.generator;
  report["render"] = {facts.render.width, facts.render.height};
  report["output"] = {facts.output.width, facts.output.height};
  report["seconds"] = view.seconds;
  report["playing"] = view.playing;
  report["flying"] = view.flying;
  report["message"] = view.message;
  report["search"] = settings_panel_.search();
  report["preset"] = settings_panel_.preset();
  report["generated"] = facts.generated;
  report["shown"] = {{"between", facts.between},
                     {"own", facts.shown_own},
                     {"made_between", facts.shown_between},
                     {"latency_ms", facts.latency_ms}};
  report["rasterized"] = facts.rasterized;
  report["station"] = facts.station ? (*facts.stations)[*facts.station].number : 0;
  report["frame_ms"] = facts.frame_ms;
  report["touring"] = view.tour;
  report["filmed"] = facts.filmed.value_or(0);
  if (facts.training) {
    const TrainingFacts& t = *facts.training;
    report["training"] = {{"preparing", t.phase == TrainingFacts::Phase::preparing},
                          {"doing", t.doing},
                          {"steps", t.steps},
                          {"psnr_db", t.psnr_db.value_or(0)},
                          {"bilinear_db", t.rivals.empty() ? 0 : t.rivals.front().second},
                          {"taau_db", t.rivals.empty() ? 0 : t.rivals.back().second},
                          {"passed", t.passed.value_or(-1)},
                          {"step_ms", t.step_ms},
                          {"flip", t.flip.value_or(0)},
                          {"bytes", t.bytes},
                          {"steps_a_second", t.steps_a_second},
                          {"samples_a_second", t.samples_a_second}};
  }
  for (const RacingBackend& row : facts.race)
    report["race"][std::string(name_of(row.backend))] = row.ms.value_or(row.runs ? 0 : -1);
  report["legend"] = legend_of(settings).caption;
  report["resolution"] = facts.resolution;
  report["compared"] = facts.compared;
  report["panels"] = {{"strip", strip_}, {"main", main_},     {"times", times_}, {"timeline", timeline_},
                      {"page", page_},   {"ribbon", ribbon_}, {"side", side_},   {"cut", times_panel_.cut()}};
  report["findings"] = facts.timeline.findings;
  const bool silent = facts.timeline.self_check && facts.timeline.findings.empty();
  report["self_check"] = silent ? self_check_state(facts.timeline) : "";
  for (const Parameter& row : parameters())
    report["settings"][row.name] = format_value(row, row.get(settings));
  report["frame"] = ++reports_;
  // The file is renamed, so that a reader never sees half of it. It is not flushed to disk, since it is
  // written in each frame.
  const std::filesystem::path beside = report_file_.string() + ".part";
  std::ofstream(beside) << report.dump(1);
  std::filesystem::rename(beside, report_file_);
}

}  // namespace app
