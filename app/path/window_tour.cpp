#include "app/path/window_tour.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace app {
namespace {

/// The station of generated pixels goes through these, as the slider would.
constexpr int generated_pixels = 4;
constexpr float scales[] = {1.5f, 2, 3};

}  // namespace

void WindowTour::begin() {
  running_ = true;
  seconds_ = 0;
  at_.reset();
}

std::optional<WindowTour::Place> WindowTour::place_at(const std::vector<Station>& stations, double seconds) {
  std::vector<std::size_t> there;
  for (std::size_t n = 0; n < stations.size(); ++n)
    if (stations[n].there()) there.push_back(n);
  if (there.empty() || !(seconds >= 0 && seconds < whole_seconds)) return {};
  const double place = seconds / whole_seconds * static_cast<double>(there.size());
  const std::size_t station = there[std::min(there.size() - 1, static_cast<std::size_t>(place))];
  if (stations[station].number != generated_pixels) return Place{station, 0};
  const double share = place - std::floor(place);
  return Place{station,
               scales[std::min(std::size(scales) - 1, static_cast<std::size_t>(share * std::size(scales)))]};
}

bool WindowTour::go_on(const std::vector<Station>& stations, double seconds, Settings& settings) {
  seconds_ += seconds;
  const auto place = place_at(stations, seconds_);
  running_ = place.has_value();
  if (!place) return false;
  const bool another = at_ != place->station;
  at_ = place->station;
  if (another) go_to(stations[*at_], settings);
  if (place->scale > 0) settings.render.scale = place->scale;
  return another;
}

std::optional<TourCaption> WindowTour::caption(const std::vector<Station>& stations) const {
  if (!running_ || !at_) return {};
  const Station& station = stations[*at_];
  return TourCaption{fmt::format("{}  {}, {}", station.number, station.name, station.year), station.caption,
                     station.computes, seconds_ / whole_seconds};
}

}  // namespace app
