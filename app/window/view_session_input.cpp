// What keys, the mouse and dropped files change in the window.

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <utility>

#include "app/window/view_session.h"

namespace app {

void ViewSession::handle_key(int key, bool control, bool shift) {
  Settings& s = settings_;
  if (control && key == GLFW_KEY_Q) window_.request_close();
  // In a text field they are the field's own.
  const bool typing = presenter_.gui().wants_keyboard();
  if (control && !typing && key == GLFW_KEY_Z) panels_.settings_panel().undo(s);
  if (control && !typing && key == GLFW_KEY_Y) panels_.settings_panel().redo(s);
  if (control && key == GLFW_KEY_R) toggle_film();
  if (control && key == GLFW_KEY_O) state_.scenes = !state_.scenes;
  if (control && !typing && key == GLFW_KEY_B) state_.place = PlaceAsk{};
  if (control) return;
  if (key == GLFW_KEY_F1) s.window.panels = !s.window.panels;
  if (key == GLFW_KEY_F7) s.window.timeline = !s.window.timeline;
  if (key == GLFW_KEY_F11) s.window.full_screen = !s.window.full_screen;
  if (key == GLFW_KEY_F12) (shift ? save_window_wanted_ : save_wanted_) = true;
  if (key == GLFW_KEY_F9) s.window.ribbon = !s.window.ribbon;
  if (key == GLFW_KEY_F10) s.window.race = !s.window.race;
  if (key == GLFW_KEY_F8) s.window.fps = !s.window.fps;
  if (typing) return;
  if (key >= GLFW_KEY_1 && key <= GLFW_KEY_6) state_.station = static_cast<std::size_t>(key - GLFW_KEY_1);
  if (key >= GLFW_KEY_1 && key <= GLFW_KEY_6) state_.tour = false;
  if (key == GLFW_KEY_T) state_.tour = !state_.tour;
  if (key == GLFW_KEY_ESCAPE) state_.tour = false;
  if (key == GLFW_KEY_SPACE) state_.playing = !state_.playing;
  if (key == GLFW_KEY_PERIOD) {
    state_.playing = false;
    state_.step = true;
  }
}

/// What is looked at. They work while a text is typed too.
void ViewSession::handle_look_key(int key, bool shift) {
  ComparisonSettings& comparison = settings_.comparison;
  const auto toggle_compared = [&](bool& what) {
    what = !what || !comparison.compare;  // they need a comparison: begin one
    comparison.compare = true;
  };
  if (key == GLFW_KEY_F2) comparison.compare = !comparison.compare;
  if (key == GLFW_KEY_F3) toggle_compared(comparison.flicker);
  if (key == GLFW_KEY_F4) toggle_compared(comparison.error);
  if (key == GLFW_KEY_F5) comparison.magnifier = !comparison.magnifier;
  if (key != GLFW_KEY_F6) return;
  const auto count = static_cast<std::int32_t>(find_parameter("debug.view")->choices.size());
  const auto now = static_cast<std::int32_t>(comparison.buffer);
  comparison.buffer = static_cast<BufferView>((now + (shift ? count - 1 : 1)) % count);
}

void ViewSession::move_camera(const WindowEvents& events, double seconds) {
  const bool typing = presenter_.gui().wants_keyboard();
  // A drag that began on a panel belongs to the panel.
  if (!window_.look_button())
    window_.set_looking(false);
  else if (!presenter_.gui().wants_mouse())
    window_.set_looking(true);

  const FlyKeys keys = typing ? FlyKeys{} : window_.fly_keys();
  const bool moved = keys.forward != 0 || keys.right != 0 || keys.up != 0;
  const bool turned = events.look_x != 0 || events.look_y != 0;
  if (!state_.flying && (moved || turned)) state_.flying = true;
  if (!state_.flying) return;
  if (!drawn_flying_) fly_.set(scene::camera_at(scene_->camera, drawn_seconds_));
  drawn_flying_ = true;
  fly_.turn(events.look_x, events.look_y, settings_.window.mouse_speed);
  fly_.move(keys, static_cast<float>(seconds), settings_.window.fly_speed * scene_->metre);
}

/// The place in the water under the mouse while its left button is held on the picture.
std::optional<glm::vec2> ViewSession::poked() {
  if (!settings_.window.poke || !frame_->water() || settings_.comparison.compare) return std::nullopt;
  if (!window_.poke_button() || presenter_.gui().wants_mouse()) return std::nullopt;
  return water_under(*scene_, frame_->view(), frame_->output_size(), {state_.cursor[0], state_.cursor[1]});
}

/// Weights go to what learns, everything else is a scene.
void ViewSession::take_dropped(const std::filesystem::path& file) {
  if (file.extension() == ".safetensors")
    state_.training = TrainingAsk{TrainingAsk::Kind::load, file};
  else
    start_loading(file);
}

void ViewSession::handle_events(double seconds) {
  const WindowEvents events = window_.take_events();
  for (const auto& key : events.pressed) {
    handle_key(key.code, key.control, key.shift);
    handle_look_key(key.code, key.shift);
  }
  if (!events.dropped.empty()) take_dropped(events.dropped.front());
  if (const auto asked = std::exchange(state_.open_scene, {})) start_loading(*asked);
  move_camera(events, seconds);
}

}  // namespace app
