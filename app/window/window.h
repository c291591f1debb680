#pragma once
// The desktop window (GLFW): size, full screen, input, dropped files. Knows no scene and no renderer.

#include <vulkan/vulkan.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/frame.h"

struct GLFWwindow;

namespace app {

/// What happened since the last take_events.
struct WindowEvents {
  struct Key {
    int code = 0;  ///< GLFW's
    bool control = false, shift = false;
  };
  std::vector<Key> pressed;                    ///< in order, without repeats
  std::vector<std::filesystem::path> dropped;  ///< files
  float look_x = 0, look_y = 0;                ///< mouse motion in pixels while the look button was held
  float wheel = 0;
};

/// -1, 0 or 1 for each axis of flight.
struct FlyKeys {
  float forward = 0, right = 0, up = 0;
  bool fast = false;
};

class Window {
 public:
  /// Throws Error where there is no display or no Vulkan for it.
  Window(const std::string& title, core::Size size);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// For gpu::DeviceOptions.
  std::vector<const char*> instance_extensions() const;
  /// Owned by the caller.
  VkSurfaceKHR create_surface(VkInstance instance) const;
  GLFWwindow* handle() const { return window_; }

  bool close_requested() const;
  void request_close();
  /// Delivers what is there; with `wait_seconds` waits that long for something to happen.
  void poll(double wait_seconds = 0);
  WindowEvents take_events();
  FlyKeys fly_keys() const;
  /// While true the mouse turns the camera and its pointer is hidden.
  void set_looking(bool looking);
  bool looking() const { return looking_; }
  bool look_button() const;  ///< the right one

  core::Size pixels() const;    ///< 0 x 0 while minimised
  float content_scale() const;  ///< of the monitor: 2 at 200 %
  float pixel_density()
      const;  ///< pixels a unit of mouse positions: 1 on X11, the monitor's scale on Wayland
  void set_title(const std::string& title);
  void set_full_screen(bool full);

 private:
  struct Callbacks;
  GLFWwindow* window_ = nullptr;
  WindowEvents events_;
  bool looking_ = false, full_screen_ = false;
  double cursor_x_ = 0, cursor_y_ = 0;
  int restore_[4] = {0, 0, 0, 0};  ///< place and size before full screen
};

}  // namespace app
