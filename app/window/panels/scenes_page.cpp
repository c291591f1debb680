#include "app/window/panels/scenes_page.h"

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "app/window/panels/widgets.h"

namespace app {
namespace fs = std::filesystem;
namespace {

/// ImGui 1.86 draws no images but its font, so a thumbnail is a grid of shaded rectangles.
void draw_thumbnail(const core::Image& picture, ImVec2 low, ImVec2 size) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (picture.width < 2 || picture.height < 2) {
    list.AddRectFilled(low, {low.x + size.x, low.y + size.y}, IM_COL32(45, 48, 55, 255));
    return;
  }
  const float step_x = size.x / static_cast<float>(picture.width - 1),
              step_y = size.y / static_cast<float>(picture.height - 1);
  const auto color = [&](int x, int y) -> ImU32 {
    const float* rgb = picture.at(x, y);
    return ImColor(rgb[0], rgb[1], rgb[2]);
  };
  for (int y = 0; y + 1 < picture.height; ++y)
    for (int x = 0; x + 1 < picture.width; ++x) {
      const ImVec2 a{low.x + step_x * static_cast<float>(x), low.y + step_y * static_cast<float>(y)};
      list.AddRectFilledMultiColor(a, {a.x + step_x, a.y + step_y}, color(x, y), color(x + 1, y),
                                   color(x + 1, y + 1), color(x, y + 1));
    }
}

bool is_scene(const fs::path& file) {
  return file.extension() == ".obj" || file.extension() == ".toml";
}

}  // namespace

void ScenesPage::look_into(const fs::path& folder) {
  std::error_code error;
  folder_ = fs::weakly_canonical(folder, error);
  folders_.clear();
  files_.clear();
  for (const auto& entry :
       fs::directory_iterator(folder_, fs::directory_options::skip_permission_denied, error)) {
    const std::string name = entry.path().filename().string();
    std::error_code unknown;
    if (name.empty() || name[0] == '.') continue;
    if (entry.is_directory(unknown))
      folders_.push_back(entry.path());
    else if (is_scene(entry.path()))
      files_.push_back(entry.path());
  }
  std::sort(folders_.begin(), folders_.end());
  std::sort(files_.begin(), files_.end());
}

void ScenesPage::draw_folder(ViewState& view, const MarkControl& mark) {
  const float em = ImGui::GetFontSize();
  ImGui::TextWrapped("%s", folder_.string().c_str());
  fs::path into;
  if (ImGui::BeginChild("folder", {0, 8.5f * em}, true)) {
    if (folder_.has_parent_path() && ImGui::Selectable("..")) into = folder_.parent_path();
    mark("scenes up");
    for (const fs::path& folder : folders_) {
      const std::string name = folder.filename().string();
      if (ImGui::Selectable((name + "/").c_str())) into = folder;
      mark("scenes folder " + name);
    }
    for (const fs::path& file : files_) {
      const std::string name = file.filename().string();
      if (ImGui::Selectable(name.c_str())) view.open_scene = file;
      mark("scenes file " + name);
    }
    if (folders_.empty() && files_.empty()) ImGui::TextUnformatted("no OBJ and no scene file here");
  }
  ImGui::EndChild();
  if (!into.empty()) look_into(into);
}

void ScenesPage::draw_gallery(const PlaceFacts& facts, ViewState& view, const MarkControl& mark) {
  const float em = ImGui::GetFontSize();
  const ImVec2 size{8 * em, 4.5f * em};
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (std::size_t n = 0; n < facts.gallery.size(); ++n) {
    const SceneChoice& choice = facts.gallery[n];
    const ImVec2 low = ImGui::GetCursorScreenPos();
    ImGui::PushID(static_cast<int>(n));
    if (ImGui::InvisibleButton("open", {size.x, size.y + 1.3f * em})) view.open_scene = choice.scene;
    ImGui::PopID();
    mark("gallery " + choice.name);
    tooltip(choice.scene);
    draw_thumbnail(choice.picture, low, size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered())
      list.AddRect(low, {low.x + size.x, low.y + size.y}, IM_COL32(255, 205, 90, 255));
    list.PushClipRect({low.x, low.y + size.y}, {low.x + size.x, low.y + size.y + 1.3f * em}, true);
    list.AddText({low.x, low.y + size.y + 2}, ImGui::GetColorU32(ImGuiCol_Text), choice.name.c_str());
    list.PopClipRect();
    const float next = low.x + 2 * size.x + ImGui::GetStyle().ItemSpacing.x;
    if (n + 1 < facts.gallery.size() && next < right) ImGui::SameLine();
  }
}

void ScenesPage::draw_bookmarks(const PlaceFacts& facts, ViewState& view, const MarkControl& mark) {
  ImGui::TextUnformatted("Views of this scene");
  for (const Bookmark& bookmark : facts.bookmarks) {
    ImGui::PushID(bookmark.name.c_str());
    if (ImGui::Button(bookmark.name.c_str())) view.place = PlaceAsk{PlaceAsk::Kind::go, bookmark.name};
    mark("bookmark " + bookmark.name);
    tooltip(fmt::format("go there: {:.1f}, {:.1f}, {:.1f}", bookmark.position.x, bookmark.position.y,
                        bookmark.position.z));
    ImGui::SameLine(0, 2);
    if (ImGui::Button("x")) view.place = PlaceAsk{PlaceAsk::Kind::remove, bookmark.name};
    mark("forget bookmark " + bookmark.name);
    tooltip("forget it");
    ImGui::PopID();
    ImGui::SameLine();
  }
  if (!facts.bookmarks.empty()) ImGui::NewLine();
  ImGui::SetNextItemWidth(14 * ImGui::GetFontSize());
  ImGui::InputTextWithHint("##bookmark", "name of this view", &name_);
  mark("bookmark name");
  ImGui::SameLine();
  if (ImGui::Button("Remember this view")) {
    view.place = PlaceAsk{PlaceAsk::Kind::add, name_};
    name_.clear();
  }
  mark("bookmark add");
  tooltip("camera and time are kept beside your presets (Ctrl+B, without a name)");
}

Corners ScenesPage::draw(const PlaceFacts& facts, const Place& place, ViewState& view,
                         const MarkControl& mark) {
  const float em = ImGui::GetFontSize();
  const float width = std::min(46 * em, ImGui::GetIO().DisplaySize.x);
  if (folder_.empty()) look_into(facts.folder);
  ImGui::SetNextWindowPos({place.x, place.top}, ImGuiCond_Always, {place.pivot, 0});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(4 * em, place.bottom - place.top)});
  if (ImGui::Begin("Scenes and views", &view.scenes, page_flags)) {
    draw_gallery(facts, view, mark);
    ImGui::Separator();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - (facts.desktop_dialog ? 9 * em : 0));
    const bool entered =
        ImGui::InputTextWithHint("##path", "open a path (or choose below, or drop a file on the window)",
                                 &path_, ImGuiInputTextFlags_EnterReturnsTrue);
    mark("scenes path");
    if (entered && !path_.empty()) view.open_scene = path_;
    if (facts.desktop_dialog) {
      ImGui::SameLine();
      if (ImGui::Button("Dialog ...", {ImGui::GetContentRegionAvail().x, 0}))
        view.place = PlaceAsk{PlaceAsk::Kind::dialog, {}};
      mark("scenes dialog");
      tooltip("the desktop's own file dialog");
    }
    draw_folder(view, mark);
    ImGui::Separator();
    draw_bookmarks(facts, view, mark);
    mark("scenes page");
  }
  if (view.open_scene) view.scenes = false;
  const Corners corners = current_panel();
  ImGui::End();
  return corners;
}

}  // namespace app
