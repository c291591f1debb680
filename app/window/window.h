#pragma once
// The desktop window (GLFW): size, full screen, input and dropped files. It knows neither scene nor renderer.
// GLFW wants every call on the main thread.

#include <vulkan/vulkan.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/frame.h"

struct GLFWwindow;

namespace app {

/// What happened since the last call of take_events.
struct WindowEvents {
  struct Key {
    int code = 0;  ///< GLFW_KEY_...
    bool control = false, shift = false;
  };
  std::vector<Key> pressed;                    ///< in order, without the repeats of a held key
  std::vector<std::filesystem::path> dropped;  ///< files that were dropped on the window
  float look_x = 0, look_y = 0;                ///< mouse motion in pixels while the look button was held
  float wheel = 0;                             ///< steps, positive away from the user
};

/// The direction of flight by the held keys: -1, 0 or 1 for each axis.
struct FlyKeys {
  float forward = 0, right = 0, up = 0;
  bool fast = false;
};

class Window {
 public:
  /// `size` is in screen units. Throws core::Error where there is no display, or no Vulkan for it.
  Window(const std::string& title, core::Size size);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// The extensions that the device needs for this window, see gpu::DeviceOptions.
  std::vector<const char*> instance_extensions() const;
  /// The caller owns the surface.
  VkSurfaceKHR create_surface(VkInstance instance) const;
  GLFWwindow* handle() const { return window_; }

  bool close_requested() const;
  void request_close();
  /// Collects the events that have arrived. With `wait_seconds` it waits up to that long for one.
  void poll(double wait_seconds = 0);
  /// Returns the collected events and forgets them.
  WindowEvents take_events();
  FlyKeys fly_keys() const;
  /// While it is on, mouse motion turns the camera and the pointer is hidden.
  void set_looking(bool looking);
  bool looking() const { return looking_; }
  bool look_button() const;  ///< whether the right button is held
  bool poke_button() const;  ///< whether the left one is

  core::Size pixels() const;    ///< 0 x 0 while minimised
  float content_scale() const;  ///< the monitor's scale: 2 at 200 %
  float pixel_density()
      const;  ///< pixels for each unit of mouse positions: 1 on X11, the monitor's scale on Wayland
  void set_title(const std::string& title);
  void set_full_screen(bool full);

 private:
  struct Callbacks;
  GLFWwindow* window_ = nullptr;
  WindowEvents events_;
  bool looking_ = false, full_screen_ = false;
  double cursor_x_ = 0, cursor_y_ = 0;
  int restore_[4] = {0, 0, 0, 0};  ///< position and size before full screen
};

}  // namespace app
