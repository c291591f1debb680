#pragma once
// Records what the window draws as a film: numbered PNGs, and an MP4 beside them where ffmpeg is installed.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/frame.h"

namespace app {

class Film {
 public:
  static constexpr int frames_a_second = 30;

  /// Makes the folder. Throws core::Error.
  Film(std::filesystem::path folder, core::Size size);
  /// Waits until everything is written.
  ~Film();

  core::Size size() const { return size_; }
  int frames() const { return frames_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// Adds a picture, [height][width][3] bytes, and waits where the disk is slower than the window.
  void add(std::vector<std::byte> rgb);
  /// No more frames: the rest is done beside the window.
  void finish();
  /// Once it is finished and written: where it is, or what went wrong. Before, an empty text.
  std::string done() const;

 private:
  void write_all();
  std::string make_mp4() const;

  std::filesystem::path folder_;
  core::Size size_;
  int frames_ = 0;
  mutable std::mutex mutex_;  ///< protects the members below
  std::condition_variable changed_;
  std::deque<std::vector<std::byte>> waiting_;
  bool finished_ = false;
  std::string done_;
  std::jthread thread_;
};

}  // namespace app
