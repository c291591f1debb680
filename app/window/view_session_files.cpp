// What the window keeps and finds again: recent scenes, views of the camera, and films.

#include <fmt/core.h>

#include <chrono>
#include <utility>

#include "app/open/scene_and_device.h"
#include "app/window/child.h"
#include "app/window/view_session.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

/// The courtyard and the town have names of their own.
std::string name_of_scene(const std::string& key) {
  if (key == default_scene().string()) return "the town";
  const fs::path path = key;
  return path.has_parent_path() ? (path.parent_path().filename() / path.filename()).string() : key;
}

std::string key_of(const scene::Scene& scene) {
  return scene.path.empty() ? std::string("courtyard") : fs::absolute(scene.path).string();
}

}  // namespace

/// Reads the gallery's pictures once, when the page is opened.
void ViewSession::look_at_scenes() {
  if (state_.scenes == scenes_open_) return;
  scenes_open_ = state_.scenes;
  if (!scenes_open_) return;
  keep_thumbnail();
  places_.gallery.clear();
  std::vector<std::string> keys = files_.recent();
  for (const std::string& always : {default_scene().string(), std::string("courtyard")})
    if (!always.empty() && std::find(keys.begin(), keys.end(), always) == keys.end()) keys.push_back(always);
  for (const std::string& key : keys) {
    std::error_code none;
    if (key != "courtyard" && !fs::exists(key, none)) continue;
    SceneChoice choice{name_of_scene(key), key, {}};
    try {
      if (fs::exists(files_.thumbnail(key), none))
        choice.picture = core::read_png(files_.thumbnail(key), UserFiles::thumbnail_size);
    } catch (const core::Error&) {  // NOLINT(bugprone-empty-catch): an empty tile
    }
    places_.gallery.push_back(std::move(choice));
  }
  places_.desktop_dialog = has_desktop_dialog();
  places_.folder = scene_->path.empty() ? fs::current_path() : fs::absolute(scene_->path).parent_path();
  places_.bookmarks = files_.bookmarks(key_of(*scene_));
  if (!files_.problem().empty()) state_.message = files_.problem();
}

/// A picture of the scene for the gallery, once something of it was drawn.
void ViewSession::keep_thumbnail() {
  if (!frame_ || frame_->info().frame_index < 2 || settings_.comparison.buffer != BufferView::picture) return;
  try {
    files_.keep_thumbnail(key_of(*scene_), frame_->output_size(), frame_->read_picture());
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = error.what();
  }
}

void ViewSession::remember_scene() {
  try {
    files_.opened(key_of(*scene_));
  } catch (const core::Error& error) {
    state_.message = error.what();
  }
  state_.scenes = scenes_open_ = false;
}

void ViewSession::take_place() {
  if (dialog_.valid() && dialog_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    if (const fs::path chosen = dialog_.get(); !chosen.empty()) state_.open_scene = chosen;
  const auto ask = std::exchange(state_.place, {});
  if (!ask) return;
  const std::string key = key_of(*scene_);
  try {
    using Ask = PlaceAsk::Kind;
    if (ask->kind == Ask::dialog && !dialog_.valid())
      dialog_ = std::async(std::launch::async, ask_desktop_for_scene, places_.folder);
    const std::vector<Bookmark> known = files_.bookmarks(key);
    if (ask->kind == Ask::add) {
      const scene::CameraPose pose =
          state_.flying ? fly_.pose() : scene::camera_at(scene_->camera, drawn_seconds_);
      std::string name = ask->name;
      for (std::size_t n = known.size() + 1; name.empty(); ++n) {
        name = fmt::format("view {}", n);
        for (const Bookmark& other : known)
          if (other.name == name) name.clear();
      }
      files_.add(key, {name, pose.position, pose.look_at, drawn_seconds_});
      state_.message = fmt::format("remembered this view as '{}'", name);
    }
    if (ask->kind == Ask::remove) files_.remove(key, ask->name);
    for (const Bookmark& bookmark : known)
      if (ask->kind == Ask::go && bookmark.name == ask->name) {
        fly_.set({bookmark.position, bookmark.look_at});
        state_.flying = drawn_flying_ = true;
        state_.seconds = bookmark.seconds;
        cut_ = true;
      }
    places_.bookmarks = files_.bookmarks(key);
  } catch (const core::Error& error) {
    state_.message = error.what();
  }
}

/// A film has frames at even steps, however long each takes.
double ViewSession::film_seconds(double seconds) const {
  return film_ && filming_ ? 1.0 / Film::frames_a_second : seconds;
}

void ViewSession::toggle_film() {
  if (film_ && !filming_) {
    state_.message = "the film before is still being written";
    return;
  }
  if (!film_) {
    try {
      film_ = std::make_unique<Film>(core::free_name("neuraster-film", ""), frame_->output_size());
      filming_ = true;
    } catch (const core::Error& error) {
      state_.message = error.what();
    }
    return;
  }
  filming_ = false;
  film_->finish();
}

void ViewSession::record_film() {
  if (!film_) return;
  if (filming_ && film_->size() != frame_->output_size()) toggle_film();  // another size is another film
  if (filming_) film_->add(frame_->read_picture());
  const std::string done = film_->done();
  if (done.empty()) return;
  state_.message = done;
  film_.reset();
  filming_ = false;
}

}  // namespace app
