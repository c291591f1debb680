// When the pictures of frames are due, and that they are presented in their order and not before.

#include "app/window/pacer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

namespace {

using app::Pace;
using app::Pacer;
using Clock = Pace::Clock;
using Unknown = std::optional<Clock::time_point>;  ///< when an image came to the screen
using Milliseconds = std::chrono::duration<double, std::milli>;

Clock::time_point at(double ms) {
  return Clock::time_point{} + std::chrono::hours(1) +
         std::chrono::duration_cast<Clock::duration>(Milliseconds(ms));
}
double ms_of(Clock::time_point time) {
  return Milliseconds(time - at(0)).count();
}

/// Frames that take 40 ms, give or take 6: after the first ones pictures are evenly apart.
TEST(Pace, SpreadsPicturesEvenly) {
  for (const int pictures : {2, 3, 4}) {
    Pace pace;
    double ready = 0, last = 0;
    for (int n = 0; n < 200; ++n) {
      ready += 40 + 6 * std::sin(n * 1.7);
      for (int k = 0; k < pictures; ++k) {
        const double due = ms_of(k == 0 ? pace.begin(at(ready), pictures) : pace.next());
        EXPECT_GE(due, ready - 1e-3) << "before it is ready";
        EXPECT_LE(due, ready + 2 * 46) << "a frame late";
        if (n > 30) {
          EXPECT_NEAR(due - last, 40.0 / pictures, 8) << n << " " << k;
        }
        EXPECT_GE(due, last - 1e-3) << "out of order";
        last = due;
      }
    }
    EXPECT_NEAR(pace.latency_ms(), 40.0 * (pictures - 1) / pictures, 3);
    EXPECT_NEAR(pace.apart_ms(), 40.0 / pictures, 2);
  }
}
/// A pause delays nothing that comes after it.
TEST(Pace, APauseIsNoFrame) {
  Pace pace;
  for (int n = 0; n < 50; ++n) pace.begin(at(40 * n), 2), pace.next();
  EXPECT_LE(ms_of(pace.begin(at(60000), 2)), 60000 + 1e-3);
  EXPECT_LT(pace.period_ms(), 40 + 0.2 * 500);
}

TEST(Pacer, PresentsInOrderWhenDue) {
  std::vector<int> order;
  std::vector<double> early;
  Pacer pacer;
  const auto start = Clock::now();
  for (int n = 0; n < 5; ++n) {
    const auto due = start + std::chrono::milliseconds(5 * n);
    pacer.show(
        [&, n, due] {
          order.push_back(n);
          early.push_back(Milliseconds(due - Clock::now()).count());
          return Unknown();
        },
        due, {});
  }
  while (Clock::now() < start + std::chrono::milliseconds(60)) std::this_thread::yield();
  pacer.drain();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
  for (const double ms : early) EXPECT_LE(ms, 0) << "too early";
}
TEST(Pacer, DrainDoesNotWaitForTheMoment) {
  Pacer pacer;
  bool shown = false;
  pacer.show([&] { return shown = true, Unknown(); }, Clock::now() + std::chrono::hours(1), {});
  pacer.drain();
  EXPECT_TRUE(shown);
}
/// The first image comes late to the screen: the next, which is due at the same moment, gives it half its
/// time.
TEST(Pacer, AnImageThatCameLateIsNotRunOver) {
  constexpr auto late = std::chrono::milliseconds(30), apart = std::chrono::milliseconds(40);
  for (const bool told : {true, false}) {
    Pacer pacer;
    const auto start = Clock::now();
    Clock::time_point next;
    std::atomic<bool> done = false;
    pacer.show(
        [&] {
          std::this_thread::sleep_for(late);
          return told ? Unknown(start + late) : Unknown();
        },
        start, apart);
    pacer.show(
        [&] {
          next = Clock::now();
          done = true;
          return Unknown();
        },
        start, apart);
    while (!done) std::this_thread::yield();
    EXPECT_GE(next, start + late + (told ? apart / 2 : Clock::duration()));
  }
}
TEST(Pacer, TellsWhatWentWrong) {
  Pacer pacer;
  pacer.show([]() -> Unknown { throw std::runtime_error("lost"); }, Clock::now(), {});
  EXPECT_THROW(pacer.drain(), std::runtime_error);
  pacer.drain();  // once
}

TEST(ShownRate, IsThatOfTheLastSecond) {
  app::ShownRate rate;
  for (int n = 0; n <= 40; ++n)
    rate.count(100 * n, static_cast<std::uint64_t>(2 * n), static_cast<std::uint64_t>(4 * n));
  EXPECT_NEAR(rate.own_per_second, 20, 0.5);
  EXPECT_NEAR(rate.between_per_second, 40, 0.5);
}

}  // namespace
