// Tests the files of the stations, and the way between them.

#include "app/path/station.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "tests/support/scratch.h"

namespace {

using app::Station;
using renderer::Upscaler;
namespace fs = std::filesystem;

std::vector<Station> shipped() {
  return app::read_stations(app::station_folder());
}

TEST(Stations, SixShipInTheirOrderWithTheirWords) {
  const auto stations = shipped();
  ASSERT_EQ(stations.size(), 6u);
  for (std::size_t n = 0; n < stations.size(); ++n) {
    const Station& s = stations[n];
    EXPECT_EQ(s.number, static_cast<int>(n) + 1);
    for (const std::string& text : {s.name, s.since, s.caption, s.computes})
      EXPECT_FALSE(text.empty()) << s.name;
    EXPECT_EQ(s.caption.find(". "), std::string::npos) << "more than a sentence: " << s.caption;
    EXPECT_EQ(s.caption.back(), '.');
    EXPECT_EQ(s.missing.find(app::station_folder().string()), std::string::npos) << "broken: " << s.missing;
    EXPECT_GE(s.year, n > 0 ? stations[n - 1].year : 1);
  }
  EXPECT_TRUE(stations[0].there());
  EXPECT_TRUE(stations[2].there());
  EXPECT_TRUE(stations[3].there());
}

TEST(Stations, GoingToOneChangesWhatItNamesAndNothingElse) {
  const auto stations = shipped();
  app::Settings settings;
  settings.render.shadow.resolution = 256;
  settings.comparison.compare = true;
  app::go_to(stations[0], settings);
  EXPECT_EQ(settings.render.upscaler, Upscaler::native);
  EXPECT_FALSE(settings.comparison.compare);
  EXPECT_EQ(settings.render.shadow.resolution, 256);
  EXPECT_EQ(app::station_of(stations, settings), 0u);
  app::go_to(stations[3], settings);
  EXPECT_EQ(settings.render.upscaler, Upscaler::neural);
  EXPECT_EQ(app::station_of(stations, settings), 3u);
  app::go_to(stations[2], settings);  // the same upscaler with other weights
  EXPECT_EQ(app::station_of(stations, settings), 2u);
  app::go_to(stations[3], settings);
  settings.render.scale = 2.7f;  // the slider's
  EXPECT_EQ(app::station_of(stations, settings), 3u);
  settings.render.upscaler = Upscaler::taau;
  EXPECT_EQ(app::station_of(stations, settings), std::nullopt);
}

TEST(Stations, TheSliderGoesFromTheRasterizerToTheCoarsestScale) {
  app::Settings settings;
  double before = 0;
  for (const double share : {0.0, 0.2, 0.3, 0.5, 0.6, 0.75, 8 / 9.0, 0.95, 1.0}) {
    app::go_to_share(share, settings);
    const bool network = settings.render.upscaler == Upscaler::neural;
    EXPECT_EQ(network, share > 0.28) << share;
    const float scale = network ? settings.render.scale : 1;
    const int pictures = 1 + settings.render.frames_between;
    EXPECT_EQ(pictures, share > 8 / 9.0 ? 2 : 1) << share;
    const double generated = 1 - 1 / (scale * scale * pictures);
    EXPECT_GE(generated, before) << share;
    EXPECT_TRUE(!network || (scale >= 1.5f && scale <= 3)) << share << " gives " << scale;
    if (network && share >= 0.6 && share <= 0.94) {
      EXPECT_NEAR(generated, share, 1e-6);
    }
    before = generated;
  }
}

TEST(Stations, ABrokenFileIsAStationThatIsMissingWithOneSentence) {
  const fs::path folder = testing_support::scratch();
  const auto write = [&](const char* name, const char* text) { std::ofstream(folder / name) << text; };
  const std::string good = "[station]\nname = 'A'\nyear = 1\ncaption = 'B.'\ncomputes = 'C.'\ncamera = 0.5\n";
  write("1-good.toml", (good + "[upscaling]\nscale = 1.5\n").c_str());
  write("2-none.toml", "[upscaling]\nscale = 1.5\n");
  write("3-setting.toml", (good + "[upscaling]\nscale = 9.0\n").c_str());
  write("4-syntax.toml", "[station\n");
  write("5-unknown.toml", (good + "colour = 'red'\n").c_str());
  write("6-time.toml", "[station]\nname = 'A'\nyear = 1\ncaption = 'B.'\ncomputes = 'C.'\ncamera = -1.0\n");
  write("notes.txt", "no station");
  const auto stations = app::read_stations(folder);
  ASSERT_EQ(stations.size(), 6u);
  EXPECT_TRUE(stations[0].there()) << stations[0].missing;
  EXPECT_EQ(stations[0].camera, 0.5);
  const char* says[] = {"no table [station]", "a number from 1 to 3", "4-syntax.toml:", "no 'colour'",
                        "camera"};
  for (std::size_t n = 1; n < 6; ++n) {
    EXPECT_NE(stations[n].missing.find(says[n - 1]), std::string::npos) << stations[n].missing;
    EXPECT_EQ(stations[n].missing.find('\n'), std::string::npos) << stations[n].missing;
    EXPECT_FALSE(stations[n].name.empty());
  }
  EXPECT_THROW(app::read_stations(folder / "absent"), core::Error);
}

}  // namespace
