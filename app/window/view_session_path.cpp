// What the window does along the path: the training of a network, the tour, and the race of the backends.

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/open/backends.h"
#include "app/window/view_session.h"
#include "core/error.h"

namespace app {

void ViewSession::take_learning() {
  if (const auto ask = std::exchange(state_.training, {}))
    if (std::string message = shown_training().take(*ask); !message.empty())
      state_.message = std::move(message);
  for (std::string message : {learning_.take_message(), field_learning_.take_message()})
    if (!message.empty()) state_.message = std::move(message);
  try {
    learning_.update(settings_, *scene_, *frame_, frame_ms_ / 1000);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = error.what();
    settings_.window.learning = false;
  }
  try {
    field_learning_.update(settings_, device_, *scene_, *frame_, frame_ms_ / 1000);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    state_.message = error.what();
    settings_.source.source = Source::rasterizer;
  }
}

void ViewSession::take_tour(double seconds) {
  if (state_.tour != tour_.running()) {
    if (!state_.tour) return tour_.leave();
    tour_.begin();
    state_.flying = false;
    state_.playing = true;
    state_.seconds = 0;
  }
  if (!tour_.running()) return;
  // Whoever takes the camera leaves.
  if (state_.flying) {
    state_.tour = false;
    return tour_.leave();
  }
  if (!state_.playing) return;
  const bool another = tour_.go_on(stations_, seconds, settings_);
  state_.tour = tour_.running();
  if (!state_.tour) state_.message = "The tour is over: 1 to 6 go back to its stations.";
  const bool learns = settings_.window.learning || settings_.source.source == Source::field;
  if (another && learns) state_.training = TrainingAsk{};  // it begins by itself
}

void ViewSession::take_race() {
  if (settings_.window.race != race_.running()) {
    if (!settings_.window.race) {
      race_.end(settings_);
      return;
    }
    Settings each_its_own = settings_;
    each_its_own.run.precision = Precision::automatic;
    std::vector<RacingBackend> rows;
    for (const BackendState& state : list_backends(each_its_own, &device_)) {
      const auto* const name = std::find(std::begin(backend_names) + 1, std::end(backend_names), state.name);
      if (name == std::end(backend_names)) continue;  // the reference
      rows.push_back({static_cast<Backend>(name - std::begin(backend_names)), state.text, state.runs});
    }
    const bool any = std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.runs; });
    if (!any) {
      settings_.window.race = false;
      state_.message = "no backend can run the network here";
      return;
    }
    race_.begin(std::move(rows), settings_);
    state_.playing = false;  // the same frame for all
    return;
  }
  if (!race_.running()) return;
  if (settings_.render.upscaler != renderer::Upscaler::neural) {  // another station
    const auto upscaler = settings_.render.upscaler;
    race_.end(settings_);
    settings_.render.upscaler = upscaler;
    settings_.window.race = false;
    return;
  }
  std::optional<double> ms;
  for (const gpu::PassTime& pass : frame_->passes())
    if (pass.name == "generate") ms = pass.ms();
  race_.next(ms, frame_->left().describe(settings_.render.upscaler), state_.message, settings_);
}

}  // namespace app
