// What runs the network in the window: it is opened again where weights, backend or upscaler change.

#include <fmt/core.h>

#include <utility>

#include "app/open/generator.h"
#include "app/window/view_session.h"
#include "core/error.h"
#include "neural/upscale/plan.h"

namespace app {
namespace fs = std::filesystem;
namespace {

std::filesystem::path right_weights_file(const Settings& settings) {
  return settings.comparison.weights.empty() ? weights_file(settings) : fs::path(settings.comparison.weights);
}

}  // namespace

bool ViewSession::Watched::renewed(const fs::path& wanted, std::string& message) {
  std::error_code missing;
  const auto changed = fs::last_write_time(wanted, missing);
  if (missing && std::exchange(absent, wanted) != wanted)
    message = fmt::format("the weights stay as they were: there is no file '{}'", wanted.string());
  if (missing || (file == wanted && time == changed)) return false;
  const bool first = file.empty() && absent.empty();
  file = wanted;
  time = changed;
  absent.clear();
  if (first) return false;
  // A file that is broken or half written changes nothing.
  try {
    neural::load_weights(file);
  } catch (const core::Error& error) {
    message = fmt::format("the weights stay as they were: {}", error.what());
    return false;
  }
  message = "weights read again: " + file.string();
  return true;
}

void ViewSession::watch_weights() {
  const bool left = left_weights_.renewed(weights_file(settings_), state_.message);
  const bool right = right_weights_.renewed(right_weights_file(settings_), state_.message);
  if (left) {
    give_generators(*frame_, device_, settings_, stages_);
    frame_->drop_history();
    learning_.generators_changed();
  }
  if (right) give_right_generators(*frame_, device_, settings_);
}

void ViewSession::watch_backend() {
  BackendSettings& wanted = settings_.run;
  if (wanted == backend_) return;
  const auto renew = [this] {
    if (frame_->generates_on_device()) frame_->drop_generator();
    give_generators(*frame_, device_, settings_, stages_);
    give_right_generators(*frame_, device_, settings_);
    frame_->drop_history();
    learning_.generators_changed();
  };
  bool begun = false;
  try {
    open_wanted_backend(device_, settings_);
    begun = true;
    renew();
    backend_ = wanted;
    state_.message.clear();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = fmt::format("the network runs on as it did: {}", error.what());
    wanted = backend_;
    if (begun) renew();  // a GPU that opens and then has no room
  }
}

void ViewSession::watch_upscaler() {
  const bool neural = settings_.render.upscaler == renderer::Upscaler::neural;
  if (std::exchange(was_neural_, neural) || !neural || frame_->generates_on_device()) return;
  try {
    prefer_gpu_generator(*frame_, device_, settings_);
    learning_.generators_changed();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = error.what();
    settings_.render.upscaler = renderer::Upscaler::taau;
    was_neural_ = false;
  }
}

}  // namespace app
