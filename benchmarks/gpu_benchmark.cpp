// bench_gpu --json FILE: measures the upscaler on an NVIDIA GPU at three sizes, in our kernels and in cuDNN
// (each as a CUDA graph), every stage beside its floor, and training steps a second on GPU and CPU.
// benchmarks/gpu.sh runs it and adds PyTorch, the hand-off and the whole frame.

#include <fmt/core.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "compute/cuda/runtime.h"
#include "compute/interop.h"
#include "core/file.h"
#include "core/parallel.h"
#include "neural/upscale/plan.h"
#include "tests/support/device_frame.h"
#include "tests/support/training.h"

namespace {

using compute::Precision;
using core::Size;
using Json = nlohmann::ordered_json;

struct Case {
  const char* name;
  Size render, output;
};
#ifdef NEURASTER_SIMULATED  // tests/gpu/simulator tests the benchmark itself; its times mean nothing
constexpr Case cases[] = {{"540p-1080p", {24, 14}, {48, 28}}, {"1080p-4k", {48, 27}, {96, 54}}};
constexpr int repeats = 2, stage_repeats = 1, training_rounds = 1, crop = 48, unroll = 2, windows = 1;
constexpr const char* modules = NEURASTER_SIMULATED;
#else
constexpr Case cases[] = {{"540p-1080p", {960, 540}, {1920, 1080}},
                          {"1080p-4k", {1920, 1080}, {3840, 2160}},
                          {"1440p-4k", {2560, 1440}, {3840, 2160}}};
constexpr int repeats = 200, stage_repeats = 50, training_rounds = 4, crop = 192, unroll = 6, windows = 2;
constexpr const char* modules = "";
#endif

/// Returns mean milliseconds of `work`, enqueued `count` times between two host clocks and one wait.
double time_of(compute::Backend& backend, int count, const std::function<void()>& work) {
  for (int n = 0; n < 3; ++n) work();
  backend.finish();
  const auto start = std::chrono::steady_clock::now();
  for (int n = 0; n < count; ++n) work();
  backend.finish();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / count;
}

/// Returns the bytes that a frame must move at least, each buffer of the contract once: the floor of the
/// whole.
double contract_bytes(const Case& c) {
  const double render = double(c.render.width) * c.render.height,
               output = double(c.output.width) * c.output.height;
  return render *
             (8 + 4 + 4 + 1 /* inputs */ + 4 + 16 /* depth and state, read */ + 4 + 16 /* and written */) +
         output * (8 /* history, read */ + 8 /* and written */ + 8 /* output */);
}

struct Timed {
  double ms = 0, asked_ms = 0;
  int launches = 0;
  Json stages;
  std::vector<core::f16> picture;
};

Timed upscale(const Case& c, const compute::BackendOptions& options,
              const std::vector<synthetic::Frame>& frames) {
  const auto backend = compute::open_backend("cuda", options, modules);
  neural::Upscaler upscaler(*backend, synthetic::noisy_weights(), c.output);
  synthetic::DeviceFrames device(*backend, c.output);
  Timed timed;
  for (const auto& frame : frames) upscaler.process(device.io(frame));
  timed.picture = device.output(frames.back().info);
  core::FrameIo io = device.io(frames.back());
  std::uint64_t n = frames.back().info.frame_index;
  // Enqueueing is included: recording the graph takes the CPU longer than small frames take the GPU.
  timed.asked_ms = time_of(*backend, repeats, [&] {
    io.info.frame_index = ++n;
    upscaler.enqueue(io);
  });
  timed.launches = backend->launches();
  timed.ms = time_of(*backend, repeats, [&] { backend->interop()->launch_again(0); });
  for (int i = 0; i < neural::pass_count; ++i) {
    const auto pass = static_cast<neural::Pass>(i);
    // Our own kernels include all others.
    if (!upscaler.keeps_features() && pass != neural::Pass::neighbourhood) continue;
    if (pass == neural::Pass::debug_view) continue;  // runs on demand only
    timed.stages[neural::pass_name(pass)] =
        time_of(*backend, stage_repeats, [&] { upscaler.run_pass(pass); });
  }
  timed.stages[upscaler.keeps_features() ? "network" : "network, with warp to reconstruct"] =
      time_of(*backend, stage_repeats, [&] { upscaler.run_network(); });
  return timed;
}

/// Computes the same frames in f32 on the CPU; quality is measured against them.
std::vector<core::f16> on_cpu(const Case& c, const std::vector<synthetic::Frame>& frames) {
  const auto backend = compute::open_backend("cpu", {}, modules);
  neural::Upscaler upscaler(*backend, synthetic::noisy_weights(), c.output);
  std::vector<core::f16> pictures[2];
  for (auto& p : pictures)
    p.resize(static_cast<std::size_t>(c.output.width) * static_cast<std::size_t>(c.output.height) * 4);
  for (const auto& frame : frames) {
    const std::size_t slot = frame.info.frame_index % 2;
    upscaler.process(frame.io(pictures[1 - slot].data(), pictures[slot].data()));
  }
  return pictures[frames.back().info.frame_index % 2];
}

/// Times steps of the trainer itself: eight windows of six frames of 192-pixel crops. Adam runs on the host.
double steps_per_second(const std::string& name, compute::BackendOptions options) {
  options.threads = 1;
  options.cudnn = modules;
  neural::TrainerSettings settings;
  settings.open = [&] { return compute::open_backend(name, options, modules); };
  settings.crop = crop;
  settings.unroll = unroll;
  settings.threads = name == "cpu" ? core::thread_count() : 1;
  settings.windows = windows;
  neural::TrainingSession session(settings, synthetic::noisy_weights());
  session.add(synthetic::sequence({}, {crop / 2 + 4, crop / 2 + 4}, {crop + 8, crop + 8},
                                  settings.unroll * settings.windows));
  session.step(session.whole_round, 0);  // in this round cuDNN chooses its algorithms
  double seconds = 0;
  int steps = 0;
  for (int round = 0; round < training_rounds; ++round)
    for (const neural::StepReport& report : session.step(session.whole_round, 0).steps)
      seconds += report.seconds, ++steps;
  return steps / seconds;
}

Json measure(double copy_gb_s, double mma_tflop_s) {
  Json json;
  const auto found = compute::cuda::look();
  json["gpu"] = choose(found, {}).name;
  for (const Case& c : cases) {
    std::vector<synthetic::Frame> frames;
    frames.reserve(3);
    for (int n = 0; n < 3; ++n) frames.push_back(synthetic::make_frame({}, c.render, c.output, n, false));
    const double flop = 2 * neural::upscaler_plan().macs_per_pixel() * c.render.width * c.render.height;
    const double bytes_ms = contract_bytes(c) / copy_gb_s * 1e-6, flop_ms = flop / mma_tflop_s * 1e-9;
    Json& one = json["cases"][c.name];
    one["floor_ms"] = std::max(bytes_ms, flop_ms);
    one["floor_bytes_ms"] = bytes_ms;
    one["floor_products_ms"] = flop_ms;
    const auto attempt = [&](const char* name, const compute::BackendOptions& options) {
      try {
        const Timed timed = upscale(c, options, frames);
        one[std::string(name) + "_ms"] = timed.ms;
        one[std::string(name) + "_asked_ms"] = timed.asked_ms;
        one[std::string(name) + "_launches"] = timed.launches;
        one[std::string(name) + "_stages_ms"] = timed.stages;
        fmt::print("{} {}: {:.3f} ms, {} launches\n", c.name, name, timed.ms, timed.launches);
        return timed.picture;
      } catch (const std::exception& error) {
        one[std::string(name) + "_failed"] = error.what();
        fmt::print("{} {}: {}\n", c.name, name, error.what());
        return std::vector<core::f16>();
      }
    };
    const auto ours = attempt("ours", {.precision = Precision::half});
    attempt("cudnn", {.precision = Precision::half, .fused = false, .cudnn = modules});
    if (!ours.empty()) one["psnr_db_vs_cpu"] = synthetic::psnr(ours, on_cpu(c, frames));
  }
  for (const auto& [key, name, fast] :
       {std::tuple{"gpu", "cuda", false}, std::tuple{"gpu_tf32", "cuda", true},
        std::tuple{"cpu", "cpu", false}}) {
    try {
      json["train_steps_per_s"][key] = steps_per_second(name, {.fast = fast});
    } catch (const std::exception& error) {
      json["train_steps_per_s"][std::string(key) + "_failed"] = error.what();
    }
  }
  return json;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::string(arguments[1]) == "--weights") {  // with no weights: untrained
    neural::save_weights(arguments[2], neural::initial_weights(1));
    return 0;
  }
  if (count != 4) {
    fmt::print(stderr, "bench_gpu FILE COPY_GB_S MMA_TFLOP_S (the last two from neuraster_probe)\n");
    return 2;
  }
  try {
    core::write_file(arguments[1], measure(std::atof(arguments[2]), std::atof(arguments[3])).dump(2) + "\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_gpu: {}\n", error.what());
    return 1;
  }
  return 0;
}
