// Tests every row of the settings table as a control, without a window: ImGui lays out frames that are not
// drawn.
#include "app/window/panels/settings_panel.h"

#include <gtest/gtest.h>
#include <imgui.h>

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

  /// Lays out one frame of all rows and returns the place of each control.
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

  void press_enter() {
    ImGuiIO& io = ImGui::GetIO();
    for (const bool down : {true, false}) {
#if IMGUI_VERSION_NUM >= 18700
      io.AddKeyEvent(ImGuiKey_Enter, down);
#else
      io.KeyMap[ImGuiKey_Enter] = 1;
      io.KeysDown[1] = down;
#endif
      frame();
    }
  }
  /// Changes a row as a user does, by the control for its kind.
  void change(const app::Parameter& row) {
    using app::Kind;
    const ImVec2 at = controls_.at(row.name);
    switch (row.kind) {
      case Kind::boolean:
        return click(at);
      case Kind::integer:
      case Kind::number:
        click({at.x + 60, at.y});  // a slider: off its middle
        // Newer ImGui keeps the value where the press is on the slider's grab: press on its other side.
        if (!changed(row, settings_)) click({at.x - 60, at.y});
        return;
      case Kind::choice: {
        const std::int32_t now = std::get<std::int32_t>(row.get(settings_));
        const std::string other = row.name + "=" + std::string(row.choices[now == 0 ? 1 : 0]);
        click(at);
        EXPECT_EQ(controls_.contains(other), row.live) << "the list";
        if (row.live) click(controls_.at(other));
        return;
      }
      case Kind::text:
      case Kind::size:
        click(at);
        ImGui::GetIO().AddInputCharactersUTF8("7");
        frame();
        return press_enter();
    }
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

TEST_F(SettingsPanelTest, MouseAndKeysReachEachLiveRowAndItsReset) {
  frame();
  int live = 0;
  for (const app::Parameter& row : app::parameters()) {
    SCOPED_TRACE(row.name);
    change(row);
    EXPECT_EQ(changed(row, settings_), row.live) << "what is read at the start alone stays";
    if (!row.live) continue;
    ++live;
    for (const app::Parameter& other : app::parameters())
      EXPECT_TRUE(&other == &row || !changed(other, settings_)) << "also changed " << other.name;
    ASSERT_TRUE(controls_.contains("reset " + row.name));
    click(controls_.at("reset " + row.name));
    EXPECT_FALSE(changed(row, settings_));
  }
  EXPECT_GT(live, 50) << "the loop has passed over rows";
}

}  // namespace
