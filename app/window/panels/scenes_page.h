#pragma once
// The page of scenes: open one from a folder, from the gallery of those that were opened, or by the desktop's
// dialog; and the views of this scene that were remembered.

#include "app/window/panels/facts.h"

namespace app {

class ScenesPage {
 public:
  /// Draws it between Gui::begin_frame and end_frame. What is chosen is asked for in `view`.
  /// Returns its edges.
  Corners draw(const PlaceFacts& facts, const Place& place, ViewState& view, const MarkControl& mark);

 private:
  void draw_folder(ViewState& view, const MarkControl& mark);
  void draw_gallery(const PlaceFacts& facts, ViewState& view, const MarkControl& mark);
  void draw_bookmarks(const PlaceFacts& facts, ViewState& view, const MarkControl& mark);
  void look_into(const std::filesystem::path& folder);

  std::string path_, name_;
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> folders_, files_;  ///< in folder_
};

}  // namespace app
