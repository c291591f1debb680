// bench_upscaler: measures the whole upscaler at 480x270 -> 960x540, stage by stage, on the processor and on
// Vulkan in one run. The processor's floors are multiply-adds over the machine's measured peak and, for other
// passes, bytes over its measured copy bandwidth. It uses NEURASTER_THREADS threads, else 2.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "app/open/backends.h"
#include "compute/interop.h"
#include "neural/upscale/upscaler.h"
#include "renderer/vulkan/device.h"
#include "tests/support/device_frame.h"
#include "tests/support/synthetic_scene.h"

namespace {

using compute::Precision;
using core::Size;

constexpr Size render{480, 270}, output{960, 540};

int threads() {
  const char* text = std::getenv("NEURASTER_THREADS");
  return text && std::atoi(text) > 0 ? std::atoi(text) : 2;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Returns GFLOP/s of one large convolution, 64 -> 64 at 160x160, which comes as near the peak as oneDNN can.
/// The best of 30 runs counts.
double measured_peak(compute::Backend& backend) {
  const compute::Shape shape{64, 160, 160};
  const compute::ConvolutionSpec spec{64, 64, 3, 1, true};
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

/// Returns bytes a second, read and written, of copies far larger than the caches. The best of 5 runs counts.
double measured_bandwidth() {
  constexpr std::size_t part = std::size_t{96} << 20;
  std::vector<std::vector<char>> from(static_cast<std::size_t>(threads()), std::vector<char>(part, 1)),
      to = from;
  double best = 0;
  for (int n = 0; n < 5; ++n) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < from.size(); ++i)
      workers.emplace_back([&, i] { std::memcpy(to[i].data(), from[i].data(), part); });
    workers.clear();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * static_cast<double>(part * from.size()) / seconds);
  }
  return best;
}

/// The bytes that each pass must read and write once, of the fields in step_view.h, for each render pixel and
/// each output pixel.
struct PassBytes {
  double at_render, at_output;
};
constexpr std::size_t measured_passes = neural::pass_count - 1;  // all but the debug view
std::array<PassBytes, measured_passes> bytes_of_passes(Precision precision) {
  const double features = precision == Precision::bf16 ? 64 : 128;
  return {{{17 + 28, 0},                        // clean
           {28 + 4 + 48, 0},                    // neighbourhood
           {16 + 8 + 16 + 16, 16 + 4 + 16},     // warp; previous count rides with the colour
           {64 + 32 + features + 16 + 4, 20},   // features
           {128 + 64 + 28 + 24, 0},             // controls
           {64 + 16 + 16 + 16, 20 + 16 + 8}}};  // reconstruct
}

void upscale(benchmark::State& state, Precision precision) {
  std::unique_ptr<compute::Backend> backend;
  try {
    if (!compute::backend_supports("cpu", precision))
      return state.SkipWithError("this machine lacks the precision");
    backend = compute::open_backend("cpu", {threads(), precision});
  } catch (const std::exception& error) {
    return state.SkipWithError(error.what());
  }
  neural::Upscaler upscaler(*backend, neural::initial_weights(1), output);
  std::vector<core::f16> history(static_cast<std::size_t>(output.width * output.height) * 4),
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
  // The medians over the frames are reported, so that other work on the machine counts little.
  std::vector<double> network, whole;
  std::array<std::vector<double>, measured_passes> passes;
  for (auto _ : state) {
    neural::StageTimes times;
    upscaler.time_into(&times);
    next();
    upscaler.time_into(nullptr);
    network.push_back(times.network);
    whole.push_back(times.network);
    for (std::size_t i = 0; i < passes.size(); ++i) {
      passes[i].push_back(times.pass[i]);
      whole.back() += times.pass[i];
    }
  }

  const double peak = measured_peak(*backend);
  const double gflop = 2e-9 * neural::upscaler_plan().macs_per_pixel() * render.width * render.height;
  const double floor_ms = gflop / peak * 1e3;
  const double bandwidth = measured_bandwidth();
  const auto bytes = bytes_of_passes(precision);
  double whole_floor = floor_ms;
  const double total = median(whole), of_network = median(network);
  std::printf("%s\n  %-14s %8s %8s %7s\n", backend->description().c_str(), "stage", "floor ms", "median",
              "share");
  std::printf("  %-14s %8.2f %8.2f %6.1f%%  (%.0f %% of the measured peak, %.0f GFLOP/s)\n", "network",
              floor_ms, of_network, 100 * of_network / total, 100 * floor_ms / of_network, peak);
  for (std::size_t i = 0; i < passes.size(); ++i) {
    const double pass_floor = (bytes[i].at_render * render.width * render.height +
                               bytes[i].at_output * output.width * output.height) /
                              bandwidth * 1e3;
    whole_floor += pass_floor;
    std::printf("  %-14s %8.2f %8.2f %6.1f%%\n", neural::pass_name(static_cast<neural::Pass>(i)), pass_floor,
                median(passes[i]), 100 * median(passes[i]) / total);
  }
  std::printf("  %-14s %8.2f %8.2f          (copies at %.1f GB/s)\n", "whole", whole_floor, total,
              bandwidth * 1e-9);
  state.counters["network_ms"] = of_network;
  state.counters["share_of_peak"] = floor_ms / of_network;
}

/// The network in Vulkan on the device that a renderer would take: whole frames by the host's clock, from
/// inputs in the device's memory to the picture there, and what each stage counts and takes.
void upscale_in_vulkan(benchmark::State& state, Precision precision) {
  std::unique_ptr<gpu::Device> renderers;
  std::unique_ptr<compute::Backend> backend;
  try {
    renderers = std::make_unique<gpu::Device>();
    backend =
        compute::open_backend("vulkan", {.precision = precision, .vulkan = app::handles_of(*renderers)});
  } catch (const std::exception& error) {
    return state.SkipWithError(error.what());
  }
  neural::Upscaler upscaler(*backend, neural::initial_weights(1), output);
  synthetic::DeviceFrames device(*backend, output);
  int n = 0;
  std::vector<double> whole;
  const auto next = [&] {
    const synthetic::Frame frame = synthetic::make_frame({}, render, output, n++, false);
    const core::FrameIo io = device.io(frame);
    backend->finish();
    const auto start = std::chrono::steady_clock::now();
    upscaler.process(io);
    backend->finish();
    whole.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  };
  for (int warm = 0; warm < 5; ++warm) next();
  whole.clear();
  for (auto _ : state) next();
  const double total = median(whole);
  backend->interop()->time_stages(true);
  for (int timed = 0; timed < 3; ++timed) next();
  std::printf("%s\n  %-14s %10s %10s %8s\n", backend->description().c_str(), "stage", "M mul-adds", "MB",
              "ms");
  for (const compute::Stage& stage : backend->interop()->stages())
    std::printf("  %-14s %10.1f %10.2f %8.2f\n", stage.name.c_str(),
                1e-6 * static_cast<double>(stage.operations), 1e-6 * static_cast<double>(stage.bytes),
                stage.milliseconds.value_or(0));
  std::printf("  %-14s %30.2f          (%d dispatches)\n", "whole", total, backend->launches());
  state.counters["frame_ms"] = total;
}

}  // namespace

BENCHMARK_CAPTURE(upscale, f32, Precision::f32)->Unit(benchmark::kMillisecond)->Iterations(40)->UseRealTime();
BENCHMARK_CAPTURE(upscale, bf16, Precision::bf16)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(40)
    ->UseRealTime();
BENCHMARK_CAPTURE(upscale_in_vulkan, f32, Precision::f32)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(4)
    ->UseRealTime();
BENCHMARK_CAPTURE(upscale_in_vulkan, half, Precision::half)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(4)
    ->UseRealTime();
BENCHMARK_MAIN();
