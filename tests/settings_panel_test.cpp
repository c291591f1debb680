// Every row of the settings table as a control, without a window: ImGui lays out frames that nobody draws.
#include "app/settings_panel.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <map>
#include <string>

namespace {

class SettingsPanelTest : public testing::Test {
 protected:
  void SetUp() override {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1280, 6000};  // every row is visible
    io.DeltaTime = 1 / 60.0f;
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
  }
  void TearDown() override { ImGui::DestroyContext(); }

  /// One frame of all rows; where each control is.
  void frame() {
    controls_.clear();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({500, 6000});
    ImGui::Begin("settings", nullptr, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize);
    for (const app::Parameter& row : app::parameters())
      panel_.draw_row(row, settings_, [this](std::string_view name) {
        const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
        controls_[std::string(name)] = {(low.x + high.x) / 2, (low.y + high.y) / 2};
      });
    ImGui::End();
    ImGui::Render();
  }
  void click(ImVec2 at) {
    ImGuiIO& io = ImGui::GetIO();
    io.MousePos = at;
    frame();
    io.MouseDown[0] = true;
    frame();
    io.MouseDown[0] = false;
    frame();
    frame();
  }

  app::Settings settings_;
  app::SettingsPanel panel_{settings_};
  std::map<std::string, ImVec2> controls_;
};

TEST_F(SettingsPanelTest, EachRowHasAControlThatChangesNothingByItself) {
  frame();
  frame();
  for (const app::Parameter& row : app::parameters()) {
    EXPECT_TRUE(controls_.contains(row.name)) << row.name;
    EXPECT_FALSE(changed(row, settings_)) << row.name;
  }
}

TEST_F(SettingsPanelTest, TheMouseReachesEachLiveRowAndItsReset) {
  frame();
  for (const app::Parameter& row : app::parameters()) {
    SCOPED_TRACE(row.name);
    using app::Kind;
    if (row.kind != Kind::boolean && row.kind != Kind::number && row.kind != Kind::integer) continue;
    ImVec2 at = controls_.at(row.name);
    if (row.kind == Kind::number || row.kind == Kind::integer) at.x += 60;  // a slider: off its middle
    click(at);
    // Newer ImGui keeps the value where the press is on the slider's grab: press on its other side.
    if (at.x != controls_.at(row.name).x && !changed(row, settings_)) click({at.x - 120, at.y});
    EXPECT_EQ(changed(row, settings_), row.live);
    if (!row.live) continue;
    ASSERT_TRUE(controls_.contains("reset " + row.name));
    click(controls_.at("reset " + row.name));
    EXPECT_FALSE(changed(row, settings_));
  }
}

}  // namespace
