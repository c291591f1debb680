#include "app/window/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <dlfcn.h>

#include <cmath>
#include <utility>

#include "core/error.h"
#include "renderer/vulkan/check.h"

namespace app {
namespace {

std::string glfw_reason() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text ? text : "no reason given";
}

/// Xlib ends the program at the first error that the server reports, and one is enough: a file manager that
/// is closed in the middle of a drag leaves GLFW with a window that is no more. Such errors are survived.
/// Neither Xlib nor its headers are needed for this: GLFW has loaded the library where there is an X server.
void survive_x_errors() {
  using Handler = int (*)(void* display, void* event);
  using SetHandler = Handler (*)(Handler);
  static const auto set = [] {
    void* library = ::dlopen("libX11.so.6", RTLD_LAZY | RTLD_NOLOAD);
    return library ? reinterpret_cast<SetHandler>(::dlsym(library, "XSetErrorHandler")) : nullptr;
  }();
  if (set) set([](void*, void*) { return 0; });
}

}  // namespace

/// GLFW calls plain functions; the window is their user pointer. ImGui chains to them when it installs its
/// own.
struct Window::Callbacks {
  static Window& self(GLFWwindow* window) { return *static_cast<Window*>(glfwGetWindowUserPointer(window)); }

  static void key(GLFWwindow* window, int key, int, int action, int mods) {
    if (action == GLFW_PRESS)
      self(window).events_.pressed.push_back(
          {key, (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0});
  }
  static void cursor(GLFWwindow* window, double x, double y) {
    Window& w = self(window);
    if (w.looking_) {
      w.events_.look_x += static_cast<float>(x - w.cursor_x_);
      w.events_.look_y += static_cast<float>(y - w.cursor_y_);
    }
    w.cursor_x_ = x;
    w.cursor_y_ = y;
  }
  static void scroll(GLFWwindow* window, double, double y) {
    self(window).events_.wheel += static_cast<float>(y);
  }
  static void drop(GLFWwindow* window, int count, const char** paths) {
    for (int i = 0; i < count; ++i) self(window).events_.dropped.emplace_back(paths[i]);
  }
};

Window::Window(const std::string& title, core::Size size) {
  if (!glfwInit()) core::fail("cannot open a window: {}", glfw_reason());
  if (!glfwVulkanSupported()) {
    const std::string reason = glfw_reason();
    glfwTerminate();
    core::fail("cannot open a window: no Vulkan loader that can show pictures ({})", reason);
  }
  glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  window_ = glfwCreateWindow(size.width, size.height, title.c_str(), nullptr, nullptr);
  if (!window_) {
    const std::string reason = glfw_reason();
    glfwTerminate();
    core::fail("cannot open a window: {}", reason);
  }
  glfwSetWindowSizeLimits(window_, 64, 64, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwSetWindowUserPointer(window_, this);
  glfwSetKeyCallback(window_, Callbacks::key);
  glfwSetCursorPosCallback(window_, Callbacks::cursor);
  glfwSetScrollCallback(window_, Callbacks::scroll);
  glfwSetDropCallback(window_, Callbacks::drop);
  glfwGetCursorPos(window_, &cursor_x_, &cursor_y_);
}

Window::~Window() {
  glfwDestroyWindow(window_);
  glfwTerminate();
}

std::vector<const char*> Window::instance_extensions() const {
  std::uint32_t count = 0;
  const char** names = glfwGetRequiredInstanceExtensions(&count);
  if (!names) core::fail("Vulkan cannot show pictures on this display: {}", glfw_reason());
  return {names, names + count};
}

VkSurfaceKHR Window::create_surface(VkInstance instance) const {
  VkSurfaceKHR surface = VK_NULL_HANDLE;
  gpu::check(glfwCreateWindowSurface(instance, window_, nullptr, &surface),
             "cannot show pictures in the window");
  return surface;
}

bool Window::close_requested() const {
  return glfwWindowShouldClose(window_);
}

void Window::request_close() {
  glfwSetWindowShouldClose(window_, GLFW_TRUE);
}

void Window::poll(double wait_seconds) {
  survive_x_errors();  // each time, because GLFW 3.3 restores Xlib's own handler after some of its calls
  if (wait_seconds > 0)
    glfwWaitEventsTimeout(wait_seconds);
  else
    glfwPollEvents();
}

WindowEvents Window::take_events() {
  return std::exchange(events_, {});
}

FlyKeys Window::fly_keys() const {
  const auto held = [this](int key) { return glfwGetKey(window_, key) == GLFW_PRESS ? 1.0f : 0.0f; };
  FlyKeys keys;
  if (held(GLFW_KEY_LEFT_CONTROL) + held(GLFW_KEY_RIGHT_CONTROL) > 0) return keys;  // a shortcut
  keys.forward = held(GLFW_KEY_W) - held(GLFW_KEY_S);
  keys.right = held(GLFW_KEY_D) - held(GLFW_KEY_A);
  keys.up = held(GLFW_KEY_E) - held(GLFW_KEY_Q);
  keys.fast = held(GLFW_KEY_LEFT_SHIFT) + held(GLFW_KEY_RIGHT_SHIFT) > 0;
  return keys;
}

bool Window::look_button() const {
  return glfwGetMouseButton(window_, GLFW_MOUSE_BUTTON_RIGHT) == GLFW_PRESS;
}

bool Window::poke_button() const {
  return glfwGetMouseButton(window_, GLFW_MOUSE_BUTTON_LEFT) == GLFW_PRESS;
}

void Window::set_looking(bool looking) {
  if (looking == looking_) return;
  looking_ = looking;
  glfwSetInputMode(window_, GLFW_CURSOR, looking ? GLFW_CURSOR_DISABLED : GLFW_CURSOR_NORMAL);
  glfwGetCursorPos(window_, &cursor_x_, &cursor_y_);
}

core::Size Window::pixels() const {
  if (glfwGetWindowAttrib(window_, GLFW_ICONIFIED)) return {0, 0};
  core::Size size;
  glfwGetFramebufferSize(window_, &size.width, &size.height);
  return size;
}

float Window::content_scale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  return std::isfinite(x) && x > 0 ? x : 1;
}

float Window::pixel_density() const {
  int units = 0, pixel_count = 0, height = 0;
  glfwGetWindowSize(window_, &units, &height);
  glfwGetFramebufferSize(window_, &pixel_count, &height);
  return units > 0 && pixel_count > 0 ? static_cast<float>(pixel_count) / static_cast<float>(units) : 1;
}

void Window::set_title(const std::string& title) {
  glfwSetWindowTitle(window_, title.c_str());
}

void Window::set_full_screen(bool full) {
  if (full == full_screen_) return;
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (full && !mode) return;
  full_screen_ = full;
  if (full) {
    glfwGetWindowPos(window_, &restore_[0], &restore_[1]);
    glfwGetWindowSize(window_, &restore_[2], &restore_[3]);
    glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else {
    glfwSetWindowMonitor(window_, nullptr, restore_[0], restore_[1], restore_[2], restore_[3], 0);
  }
}

}  // namespace app
