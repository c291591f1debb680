#pragma once
// Makes runs of frames with invented times whose noise is like that of real machines.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "app/report/report.h"

namespace testing_support {

/// Noise like that of frame times: slow changes of the machine's speed (AR(1)), jitter, and rare long frames.
class Noise {
 public:
  Noise(unsigned seed, double correlation) : random_(seed), correlation_(correlation) {}
  /// The next factor, around 1.
  double operator()() {
    mood_ = correlation_ * mood_ + std::sqrt(1 - correlation_ * correlation_) * 0.04 * normal_(random_);
    const double hiccup = random_() % 50 == 0 ? 0.5 : 0;
    return std::exp(mood_ + 0.02 * normal_(random_)) + hiccup;
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  double correlation_, mood_ = 0;
};

struct Work {
  app::Row row;
  const char* name;
  double ms;
};
inline constexpr Work passes[] = {
    {app::Row::cpu, "record", 1.5},          {app::Row::gpu, "shadow", 4},
    {app::Row::gpu, "gbuffer", 11},          {app::Row::gpu, "lighting", 6},
    {app::Row::cpu, "wait rendered", 21},    {app::Row::gpu, "composite", 7},
    {app::Row::gpu, "ambient_occlusion", 3},
};

/// A run along a path whose cost doubles on the way. The pass `slower` takes `factor` times as long.
inline app::ProfileRun make_run(unsigned seed, int frames, double correlation = 0.8,
                                const std::string& slower = {}, double factor = 1) {
  app::ProfileRun run{.settings = {{"upscaler", "taau"}, {"scale", "2"}},
                      .upscaler = "taau",
                      .backend = "cpu",
                      .render = {480, 270},
                      .output = {960, 540},
                      .frames = {},
                      .quality = {}};
  Noise noise(seed, correlation);
  double now = 0;
  for (int n = 0; n < frames; ++n) {
    app::FrameTrace frame{.index = static_cast<std::uint64_t>(n),
                          .begin_ms = now,
                          .end_ms = 0,
                          .render = run.render,
                          .spans = {}};
    const double path = 1.5 + 0.5 * std::sin(n * 0.02), machine = noise();
    std::mt19937 own(seed * 7919 + static_cast<unsigned>(n));
    double at[3] = {now, now, now};
    for (const Work& work : passes) {
      const double jitter = 1 + 0.01 * std::normal_distribution<double>()(own);
      const double ms = work.ms * path * machine * jitter * (work.name == slower ? factor : 1);
      double& begin = at[static_cast<int>(work.row)];
      frame.spans.push_back({work.row, work.name, begin, begin + ms});
      begin += ms;
    }
    frame.calibrated = seed % 2 == 0;
    now = frame.end_ms = std::max(at[0], at[1]) + 0.2;
    run.frames.push_back(std::move(frame));
  }
  return run;
}

}  // namespace testing_support
