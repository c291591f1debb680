#include "app/window/panels/learning_panel.h"

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "app/window/panels/widgets.h"

namespace app {
namespace {

using Phase = TrainingFacts::Phase;

void draw_race(const TrainingFacts& facts, const MarkControl& mark) {
  ImGui::TextUnformatted("Race: PSNR of a view it never learns from");
  tooltip(facts.words.race.c_str());
  if (!facts.psnr_db) return;
  double low = *facts.psnr_db, high = *facts.psnr_db;
  for (const auto& [name, db] : facts.rivals) {
    low = std::min(low, db);
    high = std::max(high, db);
  }
  for (const float db : facts.psnr_curve) low = std::min(low, static_cast<double>(db));
  low -= 1, high += 0.3;
  const auto draw_bar = [&](const std::string& name, double db, ImU32 color) {
    bar(name.c_str(), 6.6f, (db - low) / (high - low), color, fmt::format("{:.2f} dB", db), 4.6f);
  };
  for (const auto& [name, db] : facts.rivals) draw_bar(name, db, IM_COL32(120, 130, 145, 255));
  draw_bar("this one", *facts.psnr_db, IM_COL32(255, 205, 90, 255));
  mark("learning race");
  if (facts.rivals.empty()) return;
  const auto& [first, first_db] = facts.rivals.front();
  const auto& [last, last_db] = facts.rivals.back();
  std::string text = fmt::format("Not yet better than {}.", first);
  if (facts.passed) text = fmt::format("Better than {} since step {}", first, *facts.passed);
  if (facts.passed) text += *facts.psnr_db > last_db ? fmt::format(", now than {} too.", last) : ".";
  ImGui::TextWrapped("%s", text.c_str());
}

void draw_curve(const char* id, const std::vector<float>& values, const std::string& text, float height) {
  if (values.size() < 2) {
    ImGui::Dummy({1, height});
    return;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  ImGui::PlotLines(id, values.data(), static_cast<int>(values.size()), 0, text.c_str(), *low, *high + 1e-6f,
                   {ImGui::GetContentRegionAvail().x, height});
}

const char* words_for(Phase phase) {
  if (phase == Phase::learning) return "learning";
  if (phase == Phase::waiting) return "waits for you: begin";
  return "preparing";
}

std::string costs(const TrainingFacts& facts) {
  std::string text = fmt::format("{:.0f} ms a step", facts.step_ms);
  if (facts.flip) text += fmt::format(", FLIP {:.3f}", *facts.flip);
  if (facts.bytes > 0) text += fmt::format(", {:.0f} MB", 1e-6 * static_cast<double>(facts.bytes));
  if (facts.watts) text += fmt::format(", {:.0f} W", *facts.watts);
  return text;
}

}  // namespace

void LearningPanel::draw_buttons(const TrainingFacts& facts, ViewState& view, const MarkControl& mark) {
  using Ask = TrainingAsk::Kind;
  const auto button = [&](const char* label, Ask kind, const char* name, const char* help, bool on = true) {
    ImGui::BeginDisabled(!on);
    if (ImGui::Button(label)) view.training = TrainingAsk{kind, {}};
    mark(name);
    tooltip(help);
    ImGui::EndDisabled();
    ImGui::SameLine();
  };
  const bool ready = facts.phase == Phase::waiting || facts.phase == Phase::learning;
  if (facts.phase == Phase::learning)
    button("Pause", Ask::pause, "learning pause", "the network stays as it is");
  else
    button("Begin", Ask::begin, "learning begin", "learn, and show what was learned at once", ready);
  button("Keep", Ask::keep, "learning keep", facts.words.keep.c_str(), ready);
  button("Forget", Ask::forget, "learning forget", "begin with noise again", ready);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered = ImGui::InputTextWithHint("##weights", "load a file (or drop it)", &file_,
                                                ImGuiInputTextFlags_EnterReturnsTrue);
  mark("learning load");
  if (entered && !file_.empty()) view.training = TrainingAsk{Ask::load, file_};
}

Corners LearningPanel::draw(const TrainingFacts& facts, const Place& place, ViewState& view,
                            const MarkControl& mark) {
  const float em = ImGui::GetFontSize(), width = std::min(26 * em, ImGui::GetIO().DisplaySize.x - em);
  ImGui::SetNextWindowPos({place.x, place.top}, ImGuiCond_Always, {place.pivot, 0});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(6 * em, place.bottom - place.top)});
  if (ImGui::Begin("Learning", nullptr,
                   ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_AlwaysAutoResize |
                       ImGuiWindowFlags_NoFocusOnAppearing)) {
    if (facts.phase == Phase::failed) {
      ImGui::TextWrapped("It cannot learn here: %s", facts.doing.c_str());
    } else if (facts.phase == Phase::preparing) {
      ImGui::TextWrapped("Preparing: %s. %s", facts.doing.c_str(), facts.words.before.c_str());
    } else {
      ImGui::TextColored({1, 0.8f, 0.35f, 1}, "%s", words_for(facts.phase));
      ImGui::SameLine();
      ImGui::TextUnformatted(fmt::format("step {}, {:.0f} s", facts.steps, facts.seconds).c_str());
      tooltip("steps of the optimiser, and seconds of training");
      ImGui::TextUnformatted((facts.most_examples > 0 ? fmt::format("{} of {} examples are drawn",
                                                                    facts.examples, facts.most_examples)
                                                      : fmt::format("{} examples were drawn", facts.examples))
                                 .c_str());
      tooltip(facts.words.examples.c_str());
      draw_buttons(facts, view, mark);
      ImGui::Separator();
      draw_race(facts, mark);
      draw_curve("##psnr", facts.psnr_curve, "PSNR, dB", 3 * em);
      ImGui::TextUnformatted(
          facts.losses.empty()
              ? "Loss: how wrong the examples come out"
              : fmt::format("Loss: how wrong the examples come out, {:.4f}", facts.losses.back()).c_str());
      draw_curve("##loss", facts.losses, "loss by step", 4 * em);
      mark("learning loss");
      ImGui::TextUnformatted(fmt::format("{:.1f} steps and {:.2f} million samples a second",
                                         facts.steps_a_second, 1e-6 * facts.samples_a_second)
                                 .c_str());
      tooltip(facts.words.samples.c_str());
      ImGui::TextUnformatted(costs(facts).c_str());
      tooltip(
          "FLIP is the error that an eye sees, 0 to 1; watts are the whole processor's, where the system "
          "tells");
      ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
      ImGui::TextWrapped("trains on %s", facts.doing.c_str());
      ImGui::PopStyleColor();
    }
  }
  const Corners corners = current_panel();
  ImGui::End();
  return corners;
}

}  // namespace app
