#pragma once
// A desktop of its own for window tests: an X server without a monitor, a mouse, a keyboard, and an
// application that files are dragged from.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace testing_desktop {

/// 8-bit RGB, [height][width][3].
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
  const std::uint8_t* at(int x, int y) const {
    return &rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                     static_cast<std::size_t>(x))];
  }
};

/// A child process that is ended with its owner.
class Process {
 public:
  /// `environment`: NAME=value, in place of or besides ours. Output goes to `log`.
  Process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          const std::filesystem::path& log, const std::filesystem::path& folder = {}, int inherited_fd = -1);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  bool running();
  /// The exit status, or -signal; -1000 where it still runs after `seconds`.
  int wait(double seconds);

 private:
  pid_t pid_ = -1;
  int status_ = 0;
};

class Desktop {
 public:
  /// What is not installed, for a skip message; empty where all is there.
  static std::string missing();

  /// Throws std::runtime_error where the server does not start.
  Desktop(int width, int height, const std::filesystem::path& folder);
  ~Desktop();

  const std::string& display() const { return display_; }
  /// Waits for a mapped window whose title contains the text, and gives it the keyboard. 0 where none comes.
  unsigned long find_window(const std::string& title, double seconds);
  Picture grab() const;

  /// Called between one state of mouse and keys and the next: waits until the program has seen it.
  std::function<void()> settle;

  void move(int x, int y);
  void click(int x, int y, int button = 1);
  void drag(int from_x, int from_y, int to_x, int to_y, int button = 1);
  void key(const std::string& name);  ///< as xdotool names it: "F12", "ctrl+q"
  void key_down(const std::string& name);
  void key_up(const std::string& name);
  void type(const std::string& text);
  void resize(unsigned long window, int width, int height);
  /// What a window manager does when a window is minimised, and when it comes back.
  void minimise(unsigned long window);
  void restore(unsigned long window);
  /// What a desktop's settings tell programs of the monitor; for those that start afterwards. 96 is usual.
  void set_dpi(int dpi);
  /// Drags a file onto a point of the window and lets it go (XDND version 5). False where it was refused.
  bool drop_file(unsigned long window, int x, int y, const std::filesystem::path& file, double seconds);

 private:
  void set_state(unsigned long window, long state);
  void start_server(int width, int height);
  void xdotool(const std::vector<std::string>& arguments);
  struct Connection;
  std::filesystem::path folder_;
  std::string display_;
  std::unique_ptr<Process> server_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace testing_desktop
