#include "tests/support/desktop.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace testing_desktop {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

void pause(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

Clock::time_point after(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string folders = path ? path : "/usr/bin:/bin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    if (::access((folders.substr(begin, end - begin) + "/" + program).c_str(), X_OK) == 0) return true;
    begin = end + 1;
  }
  return false;
}

/// A file:// address; everything but letters, digits and a few marks is percent-encoded.
std::string uri_of(const fs::path& file) {
  std::string uri = "file://";
  for (const unsigned char c : fs::absolute(file).string()) {
    if (std::isalnum(c) || std::strchr("/._-~", c))
      uri += static_cast<char>(c);
    else
      uri += std::string("%") + "0123456789ABCDEF"[c >> 4] + "0123456789ABCDEF"[c & 15];
  }
  return uri + "\r\n";
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                 const fs::path& log, const fs::path& folder, int inherited_fd) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing stays behind when the test crashes
  for (const std::string& entry : environment) ::putenv(const_cast<char*>(entry.c_str()));
  if (const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644); file >= 0) {
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
  }
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
  if (inherited_fd >= 0) ::fcntl(inherited_fd, F_SETFD, 0);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

Process::~Process() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, &status_, 0);
}

bool Process::running() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

int Process::wait(double seconds) {
  const auto end = after(seconds);
  while (running() && Clock::now() < end) pause(0.02);
  if (running()) return -1000;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

struct Desktop::Connection {
  explicit Connection(const std::string& name) : display(XOpenDisplay(name.c_str())) {
    if (display) root = DefaultRootWindow(display);
  }
  ~Connection() {
    if (display) XCloseDisplay(display);
  }
  Atom atom(const char* name) const { return XInternAtom(display, name, False); }
  bool wait_event(XEvent& event, Clock::time_point end) const {
    while (!XPending(display)) {
      if (Clock::now() > end) return false;
      pause(0.005);
    }
    XNextEvent(display, &event);
    return true;
  }
  void send(Window source, Window target, const char* type, long a, long b, long c, long d) const {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = target;
    event.xclient.message_type = atom(type);
    event.xclient.format = 32;
    const long data[] = {static_cast<long>(source), a, b, c, d};
    std::memcpy(event.xclient.data.l, data, sizeof data);
    XSendEvent(display, target, False, NoEventMask, &event);
    XFlush(display);
  }
  /// Answers the target's question for the dragged data.
  void answer(const XSelectionRequestEvent& request, const std::string& data) const {
    XChangeProperty(display, request.requestor, request.property, request.target, 8, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(data.data()), static_cast<int>(data.size()));
    XEvent reply{};
    reply.xselection.type = SelectionNotify;
    reply.xselection.requestor = request.requestor;
    reply.xselection.selection = request.selection;
    reply.xselection.target = request.target;
    reply.xselection.property = request.property;
    reply.xselection.time = request.time;
    XSendEvent(display, request.requestor, False, NoEventMask, &reply);
    XFlush(display);
  }
  Display* display = nullptr;
  Window root = 0;
};

std::string Desktop::missing() {
  for (const char* program : {"Xvfb", "xdotool"})
    if (!on_path(program)) return std::string(program) + " is not installed";
  return {};
}

Desktop::Desktop(int width, int height, const fs::path& folder) : folder_(folder) {
  // A server of the same number that is just ending removes the new server's socket together with its own,
  // and a server that has reported its number may still end. So this asks for a while and then starts another
  // server. Those that run are kept until then, so that the next one takes another number.
  std::vector<std::unique_ptr<Process>> unreachable;
  for (const auto end = after(30); Clock::now() < end; pause(0.5)) {
    start_server(width, height);
    for (const auto patience = after(2); server_->running() && Clock::now() < patience; pause(0.05)) {
      connection_ = std::make_unique<Connection>(display_);
      if (connection_->display) return;
    }
    unreachable.push_back(std::move(server_));
  }
  std::string states;
  for (const std::unique_ptr<Process>& server : unreachable)
    states += server->running() ? " runs" : " ended with " + std::to_string(server->wait(0));
  std::ostringstream log;
  log << std::ifstream(folder_ / "xvfb.log").rdbuf();
  throw std::runtime_error("cannot connect to the X server " + display_ + "; servers started:" + states +
                           "; they said: " + log.str());
}

void Desktop::start_server(int width, int height) {
  int channel[2];
  if (::pipe2(channel, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  const std::string screen = std::to_string(width) + "x" + std::to_string(height) + "x24";
  server_ = std::make_unique<Process>(
      std::vector<std::string>{"Xvfb", "-displayfd", std::to_string(channel[1]), "-screen", "0", screen,
                               "-nolisten", "tcp", "-noreset", "-r"},
      std::vector<std::string>{}, folder_ / "xvfb.log", fs::path{}, channel[1]);
  ::close(channel[1]);
  char number[16] = {};
  const ssize_t got = ::read(channel[0], number, sizeof number - 1);  // when it listens, or ends
  ::close(channel[0]);
  if (got <= 0) throw std::runtime_error("Xvfb does not start");
  display_ = ":" + std::to_string(std::atoi(number));
}

Desktop::~Desktop() = default;

void Desktop::xdotool(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"xdotool"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Process process(command, {"DISPLAY=" + display_}, folder_ / "xdotool.log");
  if (process.wait(20) != 0) throw std::runtime_error("xdotool failed: see xdotool.log");
}

unsigned long Desktop::find_window(const std::string& title, double seconds) {
  Display* display = connection_->display;
  for (const auto end = after(seconds); Clock::now() < end; pause(0.1)) {
    Window root, parent, *children = nullptr;
    unsigned count = 0;
    if (!XQueryTree(display, connection_->root, &root, &parent, &children, &count)) continue;
    Window found = 0;
    for (unsigned i = 0; i < count; ++i) {
      char* name = nullptr;
      XWindowAttributes attributes;
      if (!XGetWindowAttributes(display, children[i], &attributes) || attributes.map_state != IsViewable)
        continue;
      if (!XFetchName(display, children[i], &name) || !name) continue;
      if (std::strstr(name, title.c_str())) found = children[i];
      XFree(name);
    }
    XFree(children);
    if (!found) continue;
    XSetInputFocus(display, found, RevertToParent, CurrentTime);  // there is no window manager to do it
    XSync(display, False);
    return found;
  }
  return 0;
}

Picture Desktop::grab() const {
  XWindowAttributes attributes;
  XGetWindowAttributes(connection_->display, connection_->root, &attributes);
  Picture picture{attributes.width, attributes.height, {}};
  XImage* image =
      XGetImage(connection_->display, connection_->root, 0, 0, static_cast<unsigned>(picture.width),
                static_cast<unsigned>(picture.height), AllPlanes, ZPixmap);
  if (!image) throw std::runtime_error("cannot read the screen");
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const unsigned long pixel = XGetPixel(image, x, y);
      for (const int shift : {16, 8, 0}) picture.rgb.push_back(static_cast<std::uint8_t>(pixel >> shift));
    }
  }
  XDestroyImage(image);
  return picture;
}

void Desktop::move(int x, int y) {
  xdotool({"mousemove", std::to_string(x), std::to_string(y)});
  settle();
}

void Desktop::click(int x, int y, int button) {
  move(x, y);
  xdotool({"mousedown", std::to_string(button)});
  settle();
  xdotool({"mouseup", std::to_string(button)});
  settle();
}

void Desktop::drag(int from_x, int from_y, int to_x, int to_y, int button) {
  move(from_x, from_y);
  xdotool({"mousedown", std::to_string(button)});
  settle();
  for (int step = 1; step <= 4; ++step)
    move(from_x + (to_x - from_x) * step / 4, from_y + (to_y - from_y) * step / 4);
  xdotool({"mouseup", std::to_string(button)});
  settle();
}

void Desktop::key(const std::string& name) {
  // The key is held for a frame or two: ImGui 1.86 polls the keys and misses shorter presses.
  xdotool({"keydown", name});
  settle();
  xdotool({"keyup", name});
}
void Desktop::key_down(const std::string& name) {
  xdotool({"keydown", name});
}
void Desktop::key_up(const std::string& name) {
  xdotool({"keyup", name});
}
void Desktop::type(const std::string& text) {
  xdotool({"type", "--delay", "60", text});
  settle();
}
void Desktop::resize(unsigned long window, int width, int height) {
  xdotool({"windowsize", std::to_string(window), std::to_string(width), std::to_string(height)});
}

/// ICCCM, 4.1.3.1: the property by which a program knows that it is minimised.
void Desktop::set_state(unsigned long window, long state) {
  const Atom property = connection_->atom("WM_STATE");
  const long data[] = {state, None};
  XChangeProperty(connection_->display, window, property, property, 32, PropModeReplace,
                  reinterpret_cast<const unsigned char*>(data), 2);
}
void Desktop::minimise(unsigned long window) {
  set_state(window, IconicState);
  XUnmapWindow(connection_->display, window);
  XSync(connection_->display, False);
}
void Desktop::restore(unsigned long window) {
  set_state(window, NormalState);
  XMapWindow(connection_->display, window);
  XSync(connection_->display, False);
  XSetInputFocus(connection_->display, window, RevertToParent, CurrentTime);
  XSync(connection_->display, False);
}
void Desktop::set_dpi(int dpi) {
  const std::string resources = "Xft.dpi:\t" + std::to_string(dpi) + "\n";
  XChangeProperty(connection_->display, connection_->root, XA_RESOURCE_MANAGER, XA_STRING, 8, PropModeReplace,
                  reinterpret_cast<const unsigned char*>(resources.data()),
                  static_cast<int>(resources.size()));
  XSync(connection_->display, False);
}

bool Desktop::drop_file(unsigned long window, int x, int y, const fs::path& file, double seconds) {
  const Connection& c = *connection_;
  const auto end = after(seconds);
  const std::string data = uri_of(file);
  const Window source = XCreateSimpleWindow(c.display, c.root, 0, 0, 1, 1, 0, 0, 0);
  const Atom list = c.atom("text/uri-list");
  XSetSelectionOwner(c.display, c.atom("XdndSelection"), source, CurrentTime);
  c.send(source, window, "XdndEnter", 5L << 24, static_cast<long>(list), None, None);
  c.send(source, window, "XdndPosition", 0, static_cast<long>(x) << 16 | y, CurrentTime,
         static_cast<long>(c.atom("XdndActionCopy")));
  bool finished = false, dropped = false;
  XEvent event;
  while (!finished && c.wait_event(event, end)) {
    if (event.type == SelectionRequest) {
      c.answer(event.xselectionrequest, data);
    } else if (event.type == ClientMessage && event.xclient.message_type == c.atom("XdndStatus")) {
      if (!(event.xclient.data.l[1] & 1)) break;  // refused
      if (!dropped) c.send(source, window, "XdndDrop", 0, CurrentTime, 0, 0);
      dropped = true;
    } else if (event.type == ClientMessage && event.xclient.message_type == c.atom("XdndFinished")) {
      finished = true;
    }
  }
  XDestroyWindow(c.display, source);
  XFlush(c.display);
  return finished;
}

void Desktop::abandon_drag(unsigned long window, int x, int y) {
  const Connection& c = *connection_;
  const Window source = XCreateSimpleWindow(c.display, c.root, 0, 0, 1, 1, 0, 0, 0);
  c.send(source, window, "XdndEnter", 5L << 24, static_cast<long>(c.atom("text/uri-list")), None, None);
  c.send(source, window, "XdndPosition", 0, static_cast<long>(x) << 16 | y, CurrentTime,
         static_cast<long>(c.atom("XdndActionCopy")));
  c.send(source, window, "XdndDrop", 0, CurrentTime, 0, 0);
  XDestroyWindow(c.display, source);
  XSync(c.display, False);
}

}  // namespace testing_desktop
