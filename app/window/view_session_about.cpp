// What the window says about itself: the station it goes to, messages that expire, pictures that it saves,
// and the About page.

#include <fmt/core.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "app/open/backends.h"
#include "app/window/view_session.h"
#include "compute/backend.h"
#include "core/error.h"
#include "core/file.h"
#include "core/picture/image_io.h"
#include "core/version.h"

namespace app {
namespace {

/// Long enough to read it twice.
double seconds_to_read(const std::string& message) {
  return 5 + 0.08 * static_cast<double>(message.size());
}

/// What CUDA would need and has, a line each.
std::string cuda_needs() {
  std::string text;
  try {
    for (const std::string& line : compute::backend_needs(std::string(name_of(Backend::cuda))))
      text += (text.empty() ? "" : "\n") + line;
  } catch (const core::Error& error) {
    return error.what();
  }
  return text;
}

}  // namespace

void ViewSession::take_station() {
  const auto asked = std::exchange(state_.station, {});
  if (!asked || *asked >= stations_.size()) return;
  const Station& station = stations_[*asked];
  if (!station.there()) {
    state_.message = fmt::format("{} {}: {}.", station.number, station.name, station.missing);
    return;
  }
  go_to(station, settings_);
  state_.flying = false;
  if (state_.duration > 0) state_.seconds = std::fmod(station.camera, state_.duration);
  state_.message.clear();
  if (!station.without_water.empty() && !(scene_->water.size > 0))
    state_.message = fmt::format("{} {}: {}.", station.number, station.name, station.without_water);
}

void ViewSession::expire_message() {
  const auto now = std::chrono::steady_clock::now();
  if (state_.message != shown_message_) {
    shown_message_ = state_.message;
    message_since_ = now;
  } else if (std::chrono::duration<double>(now - message_since_).count() > seconds_to_read(shown_message_)) {
    state_.message.clear();
  }
}

void ViewSession::begin_saving() {
  if (!save_window_wanted_) return;
  try {
    state_.message.clear();  // not in the picture
    presenter_.capture();
  } catch (const core::Error& error) {
    state_.message = error.what();
    save_window_wanted_ = false;
  }
}

void ViewSession::save_pictures() {
  const core::Size window = presenter_.size(), picture = frame_->output_size();
  const auto save = [&](core::Size size, const std::vector<std::byte>& rgb, const char* what) {
    const std::filesystem::path name = core::free_name("neuraster", ".png");
    core::write_png(name, size.width, size.height, rgb);
    state_.message = fmt::format("saved {} as {}", what, name.string());
  };
  try {
    if (std::exchange(save_wanted_, false)) save(picture, frame_->read_picture(), "the picture");
    if (presenter_.captured() && std::exchange(save_window_wanted_, false))
      save(window, presenter_.take_capture(), "the window");
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = error.what();
  }
}

/// Opens every backend once to ask what it is, when the page is opened or the settings have changed.
void ViewSession::look_about() {
  const BackendSettings& wanted = settings_.run;
  if (!state_.about || about_of_ == wanted) return;
  about_of_ = wanted;
  about_ = {{"Neuraster", core::program_version()},
            {"renders on", fmt::format("{} ({})", device_.info().name, device_.info().driver)}};
  std::string memory;
  for (const MemoryUse& use : memory_use(device_, frame_->generator_memory(), frame_->generator_budget()))
    memory += fmt::format("{}{} {:.0f}", memory.empty() ? "MiB: " : ", ", use.owner,
                          static_cast<double>(use.bytes) / (1 << 20));
  about_.emplace_back("memory", memory);
  const std::string network = frame_->left().describe(settings_.render.upscaler);
  about_.emplace_back("network runs on", network.empty() ? "nothing: this upscaler needs none" : network);
  for (const BackendState& backend : list_backends(settings_, &device_))
    if (backend.name != "reference")
      about_.emplace_back(backend.name, (backend.runs ? "can run it: " : "cannot run it: ") + backend.text);
  about_.emplace_back("CUDA, cuDNN", cuda_needs());
}

}  // namespace app
