#include "app/window/film.h"

#include <fmt/core.h>

#include <utility>

#include "app/window/child.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"

namespace app {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_waiting = 4;

}  // namespace

Film::Film(fs::path folder, core::Size size) : folder_(std::move(folder)), size_(size) {
  core::make_folder(folder_);
  thread_ = std::jthread([this] { write_all(); });
}

Film::~Film() {
  finish();
  thread_.join();
}

void Film::add(std::vector<std::byte> rgb) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < most_waiting || !done_.empty(); });
  if (finished_ || !done_.empty()) return;
  waiting_.push_back(std::move(rgb));
  ++frames_;
  changed_.notify_all();
}

void Film::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

std::string Film::done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

void Film::write_all() {
  std::string result;
  try {
    for (int number = 1;; ++number) {
      std::vector<std::byte> rgb;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return finished_ || !waiting_.empty(); });
        if (waiting_.empty()) break;
        rgb = std::move(waiting_.front());
        waiting_.pop_front();
        changed_.notify_all();
      }
      core::write_png(folder_ / fmt::format("frame-{:06}.png", number), size_.width, size_.height, rgb);
    }
    result = make_mp4();
  } catch (const core::Error& error) {
    result = fmt::format("the film ends here: {}", error.what());
  }
  const std::lock_guard lock(mutex_);
  done_ = result;
  changed_.notify_all();
}

std::string Film::make_mp4() const {
  const std::string pictures = fmt::format("saved the film as {} pictures in {}", frames_, folder_.string());
  const fs::path ffmpeg = find_program("ffmpeg");
  if (ffmpeg.empty() || frames_ == 0)
    return pictures + (frames_ == 0 ? "" : "; with ffmpeg installed there would be an MP4 too");
  const ChildResult result =
      run_child(ffmpeg,
                {"-y", "-loglevel", "error", "-framerate", std::to_string(frames_a_second), "-i",
                 "frame-%06d.png", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "film.mp4"},
                folder_);
  if (result.status != 0) return fmt::format("{}; ffmpeg made no MP4 of them", pictures);
  return fmt::format("saved the film as {}", (folder_ / "film.mp4").string());
}

}  // namespace app
