// The tour in the window: which station comes when.

#include "app/path/window_tour.h"

#include <gtest/gtest.h>

namespace {

using app::WindowTour;

TEST(WindowTour, GoesThroughTheStationsThatAreThereInTheirOrder) {
  const auto stations = app::read_stations(app::station_folder());
  std::vector<int> seen;
  float scale = 0;
  for (double t = 0; t < WindowTour::whole_seconds; t += 0.5) {
    const auto place = WindowTour::place_at(stations, t);
    ASSERT_TRUE(place) << t;
    const app::Station& station = stations[place->station];
    EXPECT_TRUE(station.there());
    if (seen.empty() || seen.back() != station.number) seen.push_back(station.number);
    // Only the station of generated pixels moves the slider, and only on.
    if (station.number != 4) continue;
    EXPECT_GE(place->scale, scale);
    scale = place->scale;
  }
  std::vector<int> there;
  for (const auto& station : stations)
    if (station.there()) there.push_back(station.number);
  EXPECT_EQ(seen, there);
  EXPECT_EQ(scale, 3);
  EXPECT_FALSE(WindowTour::place_at(stations, WindowTour::whole_seconds));
  EXPECT_FALSE(WindowTour::place_at({}, 1));
}

TEST(WindowTour, SetsEachStationAndEndsByItself) {
  const auto stations = app::read_stations(app::station_folder());
  WindowTour tour;
  app::Settings settings;
  EXPECT_FALSE(tour.caption(stations));
  tour.begin();
  int begun = 0;
  for (double t = 0; t < WindowTour::whole_seconds + 1 && tour.running(); t += 0.5) {
    begun += tour.go_on(stations, 0.5, settings);
    if (!tour.running()) break;
    const auto caption = tour.caption(stations);
    ASSERT_TRUE(caption);
    const auto at = app::station_of(stations, settings);
    ASSERT_TRUE(at) << caption->title;
    EXPECT_EQ(caption->caption, stations[*at].caption);
  }
  EXPECT_FALSE(tour.running());
  EXPECT_EQ(begun, std::count_if(stations.begin(), stations.end(), [](auto& s) { return s.there(); }));
  tour.begin();
  tour.leave();
  EXPECT_FALSE(tour.running());
  EXPECT_FALSE(tour.caption(stations));
}

}  // namespace
