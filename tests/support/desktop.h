#pragma once
// A private desktop for window tests: an X server without a monitor, with mouse and keyboard, and an
// application from which files can be dragged.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace testing_desktop {

/// A picture of the screen: 8-bit RGB, [height][width][3].
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
  const std::uint8_t* at(int x, int y) const {
    return &rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                     static_cast<std::size_t>(x))];
  }
};

/// A child process, which is ended in the destructor.
class Process {
 public:
  /// `environment` holds NAME=value entries that are added to this process's environment or replace some of
  /// it. Standard output and error go to the file `log`.
  Process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          const std::filesystem::path& log, const std::filesystem::path& folder = {}, int inherited_fd = -1);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  bool running();
  /// Waits for the end. Returns the exit status, minus the signal that ended it, or -1000 where it still runs
  /// after `seconds`.
  int wait(double seconds);

 private:
  pid_t pid_ = -1;
  int status_ = 0;
};

class Desktop {
 public:
  /// Names the programs that are not installed, for a skip message; empty where nothing is missing.
  static std::string missing();

  /// Throws std::runtime_error where the server does not start.
  Desktop(int width, int height, const std::filesystem::path& folder);
  ~Desktop();

  const std::string& display() const { return display_; }
  /// Waits for a mapped window whose title contains the text, and gives it the keyboard. Returns 0 where none
  /// appears.
  unsigned long find_window(const std::string& title, double seconds);
  Picture grab() const;

  /// This function is called after each change of mouse or keys. It must wait until the program has seen the
  /// change.
  std::function<void()> settle;

  void move(int x, int y);
  void click(int x, int y, int button = 1);
  void drag(int from_x, int from_y, int to_x, int to_y, int button = 1);
  void key(const std::string& name);  ///< as xdotool names it: "F12", "ctrl+q"
  void key_down(const std::string& name);
  void key_up(const std::string& name);
  void type(const std::string& text);
  void resize(unsigned long window, int width, int height);
  /// Minimises and restores the window as a window manager does.
  void minimise(unsigned long window);
  void restore(unsigned long window);
  /// Sets the monitor's dots per inch, which a desktop's settings tell to programs that start afterwards. 96
  /// is usual.
  void set_dpi(int dpi);
  /// Drags a file onto a point of the window and drops it there (XDND version 5). Returns false where it was
  /// refused.
  bool drop_file(unsigned long window, int x, int y, const std::filesystem::path& file, double seconds);
  /// Drags a file onto the window and is gone before the program can answer, as an application that crashes.
  void abandon_drag(unsigned long window, int x, int y);

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
