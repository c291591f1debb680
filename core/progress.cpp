#include "core/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace core {

Progress::Progress(std::string label) : label_(std::move(label)), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void Progress::update(double fraction, const std::string& note) {
  const std::lock_guard lock(mutex_);
  if (!terminal_) return print_line(fraction, note);
  const auto now = Clock::now();
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  if (elapsed < 2.0 || now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  visible_ = true;
  fraction = std::clamp(fraction, 0.0, 1.0);
  const int filled = static_cast<int>(fraction * 30);
  const double left = fraction > 0.01 ? elapsed / fraction - elapsed : 0;
  // Not fmt::print, which throws where the terminal has gone.
  const std::string line = fmt::format("\r\033[K{} [{:#<{}}{:.<{}}] {:3.0f} %  {:.0f} s left  {}", label_, "",
                                       filled, "", 30 - filled, 100 * fraction, left, note);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

void Progress::print_line(double fraction, const std::string& note) {
  const auto now = Clock::now();
  if (!line_due(std::chrono::duration<double>(now - printed_).count(), fraction - printed_fraction_)) return;
  printed_ = now;
  printed_fraction_ = fraction;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double left = fraction > 0.01 ? elapsed / fraction - elapsed : 0;
  const std::string line = fmt::format("{}: {:.0f} %, {:.0f} s left{}{}\n", label_, 100 * fraction, left,
                                       note.empty() ? "" : ", ", note);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace core
