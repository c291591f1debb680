// bench_upscaler: the whole upscaler at 480x270 -> 960x540, stage by stage, against the machine's measured
// peak of multiply-adds. Threads: NEURASTER_THREADS, else 2.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "../tests/synthetic_scene.h"
#include "neural/upscaler.h"

namespace {

using neural::Precision;
using neural::Size;

constexpr Size render{480, 270}, output{960, 540};
constexpr const char* pass_names[] = {"clean",    "neighbourhood", "history",    "warp",
                                      "features", "controls",      "reconstruct"};

int threads() {
  const char* text = std::getenv("NEURASTER_THREADS");
  return text && std::atoi(text) > 0 ? std::atoi(text) : 2;
}

/// GFLOP/s of one large convolution, 64 -> 64 at 160x160: as near the peak as oneDNN comes.
double measured_peak(neural::Backend& backend) {
  const neural::Shape shape{64, 160, 160};
  const neural::ConvolutionSpec spec{64, 64, 3, 1, true};
  const auto source = backend.tensor(shape, false), destination = backend.tensor(shape, false);
  const auto parameter = backend.parameter(spec);
  const auto operation = backend.convolution(spec, source, parameter, destination, false);
  double best = 0;
  for (int n = 0; n < 30; ++n) {
    const auto start = std::chrono::steady_clock::now();
    operation->forward();
    backend.finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best,
                    2e-9 * static_cast<double>(spec.weight_count()) * shape.width * shape.height / seconds);
  }
  return best;
}

void upscale(benchmark::State& state, Precision precision) {
  std::unique_ptr<neural::Backend> backend;
  try {
    if (!neural::backend_supports("cpu", precision))
      return state.SkipWithError("this machine lacks the precision");
    backend = neural::open_backend("cpu", {threads(), precision});
  } catch (const std::exception& error) {
    return state.SkipWithError(error.what());
  }
  neural::Upscaler upscaler(*backend, neural::initial_weights(1), output);
  std::vector<neural::f16> history(static_cast<std::size_t>(output.width * output.height) * 4),
      picture = history;
  std::vector<synthetic::Frame> frames;
  for (int n = 0; n < 8; ++n) frames.push_back(synthetic::make_frame({}, render, output, n, false));
  int n = 0;
  const auto next = [&] {
    synthetic::Frame& frame = frames[static_cast<std::size_t>(n % 8)];
    frame.info.reset = n++ == 0;
    upscaler.process(frame.io(history.data(), picture.data()));
    std::swap(history, picture);
  };
  for (int warm = 0; warm < 5; ++warm) next();
  neural::StageTimes times;
  upscaler.time_into(&times);
  for (auto _ : state) next();

  const double count = static_cast<double>(state.iterations());
  const double peak = measured_peak(*backend);
  const double gflop = 2e-9 * neural::NetworkPlan::shipped().macs_per_pixel() * render.width * render.height;
  const double floor_ms = gflop / peak * 1e3;
  double total = times.network;
  for (const double t : times.pass) total += t;
  std::printf("%s\n  %-14s %8s %8s %7s\n", backend->description().c_str(), "stage", "floor ms", "ms",
              "share");
  std::printf("  %-14s %8.2f %8.2f %6.1f%%  (%.0f %% of the measured peak, %.0f GFLOP/s)\n", "network",
              floor_ms, times.network / count, 100 * times.network / total,
              100 * floor_ms / (times.network / count), peak);
  for (std::size_t i = 0; i < times.pass.size(); ++i)
    std::printf("  %-14s %8s %8.2f %6.1f%%\n", pass_names[i], "-", times.pass[i] / count,
                100 * times.pass[i] / total);
  std::printf("  %-14s %8s %8.2f\n", "whole", "-", total / count);
  state.counters["network_ms"] = times.network / count;
  state.counters["share_of_peak"] = floor_ms / (times.network / count);
}

}  // namespace

BENCHMARK_CAPTURE(upscale, f32, Precision::f32)->Unit(benchmark::kMillisecond)->Iterations(40)->UseRealTime();
BENCHMARK_CAPTURE(upscale, bf16, Precision::bf16)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(40)
    ->UseRealTime();
BENCHMARK_MAIN();
