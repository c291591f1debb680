#pragma once
// The tour in the window: the stations one after the other, while the camera goes along its path. It changes
// what the stations change, and can be left at any time.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/path/station.h"

namespace app {

/// What is written over the picture meanwhile.
struct TourCaption {
  std::string title, caption, computes;
  double share = 0;  ///< of the tour that is over
};

class WindowTour {
 public:
  static constexpr double whole_seconds = 90;

  bool running() const { return running_; }
  /// From its beginning.
  void begin();
  void leave() { running_ = false; }

  /// The station and the scale of a moment of the tour.
  struct Place {
    std::size_t station = 0;  ///< index
    float scale = 0;          ///< that the tour chooses by itself; 0: the station's own
  };
  /// Nothing after the end, or where no station is there.
  static std::optional<Place> place_at(const std::vector<Station>& stations, double seconds);

  /// Goes on by so many seconds of the clock and sets what is shown then. Returns true where another station
  /// has begun. Ends where the tour is over.
  bool go_on(const std::vector<Station>& stations, double seconds, Settings& settings);
  /// Nothing where the tour does not run.
  std::optional<TourCaption> caption(const std::vector<Station>& stations) const;

 private:
  bool running_ = false;
  double seconds_ = 0;
  std::optional<std::size_t> at_;
};

}  // namespace app
