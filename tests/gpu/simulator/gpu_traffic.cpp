// gpu_traffic [FILE]: runs a frame of the upscaler in the simulator and counts what each launch moves. Writes
// the bytes a pixel as JSON for benchmarks/gpu_cost.py, and fails where a kernel reads shared memory that its
// block has not written.

#include <fmt/core.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "compute/cuda/runtime.h"
#include "core/error.h"
#include "race_kernels.h"
#include "tests/support/device_frame.h"
#include "traffic.h"

namespace {

using core::Size;
using simulator::Traffic;

/// The launches of a frame with a history, in order, and whether each runs over the output.
struct Launch {
  const char* name;
  bool over_output;
};
constexpr Launch launches[] = {{"guide", false}, {"start", false}, {"middle", false}, {"finish", false}};

std::vector<Traffic> frame_of(Size render) {
  const Size output{2 * render.width, 2 * render.height};
  const auto backend =
      compute::open_backend("cuda", {.precision = compute::Precision::half}, NEURASTER_COUNTED);
  neural::Upscaler upscaler(*backend, synthetic::noisy_weights(), output);
  synthetic::DeviceFrames frames(*backend, output);
  std::vector<Traffic> last;
  for (int n = 0; n < 3; ++n) {
    const auto frame = synthetic::make_frame({}, render, output, n, false);
    const core::FrameIo io = frames.io(frame);
    simulator::take_traffic();
    upscaler.process(io);
    last = simulator::take_traffic();
  }
  if (last.size() != std::size(launches))
    core::fail("a frame has {} launches, and {} names", last.size(), std::size(launches));
  return last;
}

/// Returns how often a kernel that may wait for its block reads what nobody has written.
std::uint64_t unwritten_reads(bool waits) {
  using compute::cuda::check;
  const compute::cuda::Stream stream = compute::cuda::make_stream();
  const compute::cuda::DeviceMemory values(64 * sizeof(float), stream.get()),
      sum(sizeof(float), stream.get());
  simulator::take_traffic();
  check(sum_blocks(values.as<float>(), sum.as<float>(), 1, waits, stream.get()), "cannot launch");
  check(cudaStreamSynchronize(stream.get()), "cannot wait");
  return simulator::take_traffic().back().unwritten_reads;
}

}  // namespace

int main(int count, char** arguments) {
  // The difference of two sizes leaves out what does not grow with them: weights, and the ends of rows.
  const Size small{64, 32}, large{64, 64};
  const std::vector<Traffic> a = frame_of(small), b = frame_of(large);
  nlohmann::json result;
  bool sound = unwritten_reads(true) == 0;
  if (unwritten_reads(false) == 0) core::fail("a missing barrier went unseen");
  fmt::print("{:14} {:>8} {:>8} {:>16} {:>14} {:>10}\n", "launch", "read", "written", "sectors/request",
             "bank passes", "unwritten");
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double pixels =
        static_cast<double>(small.width) * (large.height - small.height) * (launches[i].over_output ? 4 : 1);
    const double read = static_cast<double>(b[i].read_bytes - a[i].read_bytes) / pixels,
                 written = static_cast<double>(b[i].written_bytes - a[i].written_bytes) / pixels;
    const double sectors = static_cast<double>(b[i].sectors) / static_cast<double>(b[i].requests);
    const double passes = b[i].shared_requests ? static_cast<double>(b[i].shared_passes) /
                                                     static_cast<double>(b[i].shared_requests)
                                               : 1;
    fmt::print("{:14} {:8.1f} {:8.1f} {:16.2f} {:14.3f} {:10}\n", launches[i].name, read, written, sectors,
               passes, b[i].unwritten_reads);
    const double frame_pixels = launches[i].over_output ? 3840.0 * 2160 : 1920.0 * 1080;
    result[launches[i].name] = {{"bytes_per_pixel", read + written},
                                {"bytes", (read + written) * frame_pixels},
                                {"sectors_per_request", sectors},
                                {"bank_passes_per_request", passes}};
    sound = sound && b[i].unwritten_reads == 0;
  }
  if (count > 1) std::ofstream(arguments[1]) << result.dump(1) << "\n";
  if (!sound) fmt::print(stderr, "a kernel reads shared memory that its block has not written\n");
  return sound ? 0 : 1;
}
