// The simulation of water: volume, energy, and every backend against a plain reference written here, in other
// variables than the passes have.

#include "compute/water/simulation.h"

#include <gtest/gtest.h>

#include "compute/pixel/half.h"
#include "compute/reference/reference.h"
#include "tests/support/plain_water.h"
#include "tests/support/vulkan_device_test.h"

namespace {

using namespace plain_water;

TEST(Water, ReferenceAgreesWithPlainWater) {
  const auto exact = compute::make_reference<double>();
  const auto single = compute::make_reference<float>();
  for (const Size size : sizes) {
    // Pushes are in floats in both, and the tables' phases too.
    EXPECT_LT(difference_from_plain(*exact, size, 40), 2e-7) << size.width << "x" << size.height;
    EXPECT_LT(difference_from_plain(*single, size, 40), 2e-6) << size.width << "x" << size.height;
  }
}

TEST(Water, KeepsItsVolume) {
  const Size cells{61, 43};
  const auto backend = compute::make_reference<double>();
  SimulationOf<double> water(*backend, rough_basin(cells, 5));
  const std::vector<double> start = noise(cells, 11);
  water.set_heights(start);
  double moved = 0;
  for (int n = 0; n < 600; ++n) {
    water.step(n * compute::water::step_seconds, 2, pushes(n % 40));
    for (const double height : water.heights()) moved = std::max(moved, std::abs(height));
  }
  EXPECT_GT(moved, 0.1);
  EXPECT_NEAR(sum(water.heights()), sum(start), 1e-10);
}

TEST(Water, KeepsItsVolumeInFloats) {
  const Size cells{128, 128};
  const auto backend = compute::make_reference<float>();
  SimulationOf<float> water(*backend, calm_basin(cells));
  for (int n = 0; n < 600; ++n) water.step(n * compute::water::step_seconds, 1, pushes(n % 40));
  // Of 16,384 cells that stand up to 0.2 m high: a ten-thousandth of a millimetre each.
  EXPECT_NEAR(sum(water.heights()) / static_cast<double>(area(cells)), 0, 1e-7);
}

/// The energy that steps of this kind keep: of the levels, and of the fluxes before and after (which stands
/// for their square in between). In units of gravity times cell area.
double energy(const std::vector<double>& levels, const std::vector<double>& before,
              const std::vector<double>& after, const std::vector<double>& coupling) {
  double result = 0;
  for (const double level : levels) result += 0.5 * level * level;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (coupling[i] > 0) result += 0.5 * before[i] * after[i] / coupling[i];
  return result;
}

/// Runs without wind and pushes; returns the energies after each step.
std::vector<double> energies(double drag, double border, int steps) {
  const Size cells{47, 29};
  const Basin basin = rough_basin(cells, 9);
  const auto backend = compute::make_reference<double>();
  SimulationOf<double> water(*backend, basin);
  water.set_drag(drag, border);
  water.set_heights(noise(cells, 21));
  const double courant = 2 / 60.0 / basin.cell;
  std::vector<double> coupling(2 * area(cells), 0);
  for (int y = 0; y < cells.height; ++y)
    for (int x = 0; x < cells.width; ++x) {
      const auto i = static_cast<std::size_t>(y * cells.width + x),
                 below = i + static_cast<std::size_t>(cells.width);
      if (x + 1 < cells.width) coupling[i] = courant * courant * std::min(basin.open[i], basin.open[i + 1]);
      if (y + 1 < cells.height)
        coupling[area(cells) + i] = courant * courant * std::min(basin.open[i], basin.open[below]);
    }
  const auto fluxes = [&] {
    std::vector<double> all = water.flux(true);
    const std::vector<double> south = water.flux(false);
    all.insert(all.end(), south.begin(), south.end());
    return all;
  };
  std::vector<double> result, levels = water.heights(), before = fluxes();
  for (int n = 0; n < steps; ++n) {
    water.step(0, 0, {});
    const std::vector<double> after = fluxes();
    result.push_back(energy(levels, before, after, coupling));
    levels = water.heights();
    before = after;
  }
  return result;
}

TEST(Water, KeepsItsEnergyWithoutDrag) {
  const std::vector<double> all = energies(0, 0, 2000);
  for (const double one : all) EXPECT_NEAR(one, all.front(), 1e-9 * all.front());
}

TEST(Water, NeverGainsEnergyByItself) {
  for (const double border : {0.0, 6.0, 500.0}) {
    const std::vector<double> all = energies(0.12, border, 1200);
    for (std::size_t n = 1; n < all.size(); ++n) ASSERT_LE(all[n], all[n - 1] * (1 + 1e-12)) << "step " << n;
    EXPECT_LT(all.back(), 0.2 * all.front());
  }
}

TEST(Water, FollowsTheWind) {
  const Size cells{160, 160};
  const auto backend = compute::make_reference<float>();
  SimulationOf<float> water(*backend, calm_basin(cells));
  const int steps = 1800;
  for (int n = 0; n < steps; ++n) water.step((n + 1) * compute::water::step_seconds, 1, {});
  const std::vector<float> heights = water.heights();
  const double seconds = steps * compute::water::step_seconds;
  double wrong = 0, whole = 0;
  for (int y = 40; y < 120; ++y)
    for (int x = 40; x < 120; ++x) {
      double wanted = 0;
      for (const core::WindWave& wave : core::wind_waves)
        wanted += wave.height *
                  std::cos(wave.x * (x + 0.5) * 0.25 + wave.z * (y + 0.5) * 0.25 - wave.frequency * seconds);
      wrong += std::pow(heights[static_cast<std::size_t>(y * cells.width + x)] - wanted, 2);
      whole += wanted * wanted;
    }
  EXPECT_LT(std::sqrt(wrong / whole),
            0.25);  // so it meets the sea around it, which is drawn by the same waves
}

TEST(Water, WallsAndHullsAreDrawn) {
  const Size cells{40, 40};
  Basin basin = calm_basin(cells);
  for (int y = 0; y < 40; ++y) basin.open[static_cast<std::size_t>(y * 40 + 20)] = 0;
  const auto backend = compute::make_reference<float>();
  SimulationOf<float> water(*backend, basin);
  std::vector<core::f16> drawn(4 * area(cells));
  const Push hull{.x = 2.5f, .z = 5, .half_length = 1.5f, .half_width = 1, .head = 0.2f};
  for (int n = 0; n < 900; ++n) water.step(0, 0, std::span(&hull, 1));
  water.draw(drawn.data());
  const auto value = [&](int x, int y, int lane) {
    return compute::pixel::from_half(drawn[static_cast<std::size_t>(4 * (y * 40 + x) + lane)]);
  };
  EXPECT_NEAR(value(9, 19, 0), -0.2f, 0.02f);  // pressed down under the hull, by its draught
  EXPECT_EQ(value(30, 20, 0), 0);              // nothing passes the wall
  EXPECT_NEAR(value(20, 20, 0), 0.5f * value(19, 20, 0), 2e-4f);  // the wall continues the water beside it
  EXPECT_NEAR(value(7, 19, 1), (value(8, 19, 0) - value(6, 19, 0)) / 0.5f, 2e-3f);
}

TEST(Water, FoamsWhereItIsStirredAndComesToRest) {
  const Size cells{32, 32};
  const auto backend = compute::make_reference<float>();
  SimulationOf<float> water(*backend, calm_basin(cells));
  std::vector<core::f16> drawn(4 * area(cells));
  const auto most_foam = [&] {
    water.draw(drawn.data());
    float most = 0;
    for (std::size_t i = 3; i < drawn.size(); i += 4)
      most = std::max(most, compute::pixel::from_half(drawn[i]));
    return most;
  };
  const Push finger{.x = 4, .z = 4, .half_length = 0.6f, .half_width = 0.6f, .head = 0.6f};
  for (int n = 0; n < 12; ++n) water.step(0, 0, std::span(&finger, 1));
  EXPECT_GT(most_foam(), 0.3f);
  for (int n = 0; n < 1200; ++n) water.step(0, 0, {});
  EXPECT_LT(most_foam(), 0.01f);
  for (const float height : water.heights()) ASSERT_LT(std::abs(height), 1e-3f);
  water.reset();
  for (const float height : water.heights()) ASSERT_EQ(height, 0);
}

TEST(Water, RefusesWhatIsNoBasin) {
  const auto backend = compute::make_reference<float>();
  EXPECT_THROW((SimulationOf<float>(*backend, Basin{.cells = {4, 4}, .open = {}})), core::Error);
  EXPECT_THROW((SimulationOf<float>(*backend, Basin{.cells = {1, 4}, .open = std::vector<float>(4, 1)})),
               core::Error);
}

/// Fifty steps of a rough basin; levels, then what is drawn.
std::pair<std::vector<float>, std::vector<core::f16>> run(compute::Backend& backend) {
  const Size cells{53, 38};
  SimulationOf<float> water(backend, rough_basin(cells, 7));
  for (int n = 0; n < 50; ++n) water.step(n * compute::water::step_seconds, 1, pushes(n));
  const auto memory = backend.allocate(4 * area(cells) * sizeof(core::f16));
  water.draw(static_cast<core::f16*>(memory->data()));
  std::vector<core::f16> drawn(4 * area(cells));
  backend.copy_out(drawn.data(), memory->data(), drawn.size() * sizeof(core::f16));
  return {water.heights(), drawn};
}

void expect_backend_agrees(compute::Backend& backend) {
  for (const Size size : sizes)
    EXPECT_LT(difference_from_plain(backend, size, 40), 4e-6) << size.width << "x" << size.height;
  const auto reference = compute::make_reference<float>();
  const auto [heights, drawn] = run(backend);
  const auto [expected_heights, expected] = run(*reference);
  for (std::size_t i = 0; i < drawn.size(); ++i)
    ASSERT_NEAR(compute::pixel::from_half(drawn[i]), compute::pixel::from_half(expected[i]), 1e-3f) << i;
  EXPECT_EQ(run(backend).first, heights);
}

TEST(Water, CpuAgreesAtAnyNumberOfThreads) {
  const auto one = compute::open_backend("cpu", {.threads = 1}),
             three = compute::open_backend("cpu", {.threads = 3});
  expect_backend_agrees(*one);
  EXPECT_EQ(run(*one), run(*three));
}

class WaterInVulkan : public testing_support::VulkanDeviceTest {};

TEST_F(WaterInVulkan, Agrees) {
  for (const bool half : {false, true}) {
    compute::BackendOptions options;
    options.vulkan = app::handles_of(*device_);
    if (half) options.precision = compute::Precision::half;  // the network's; water is in floats
    const auto backend = compute::open_backend("vulkan", options);
    expect_backend_agrees(*backend);
  }
}

}  // namespace
