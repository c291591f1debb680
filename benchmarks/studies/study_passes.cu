// study_passes: versions of the per-pixel passes, from one thread for each pixel of a flat row to what ships.
// The code of a pixel is the CPU's own, so that versions differ only in how threads map to pixels and where
// they read the view. Each is checked against the CPU's loop at odd sizes and several launch shapes, then
// timed at 1080p to 4K.

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "benchmarks/studies/study.h"
#include "benchmarks/studies/study_frame.h"
#include "compute/cuda/launch.h"
#include "neural/upscale/cuda_passes.h"
#include "neural/upscale/pixel/dispatch.h"

namespace {

using core::f16;
using core::Size;
using neural::Pass;
using study::for_buffers;
using study::HostFrame;
using study::View;
namespace pixel = neural::pixel;

/// Version 1: rows of threads over the picture as one line; the view lies in global memory.
template <Pass pass>
__global__ void flat(const View* view, Size grid) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < grid.width * grid.height) pixel::run_pixel<pass>(*view, i % grid.width, i / grid.width);
}
/// Version 2: the view is a parameter, which threads read from the constant bank.
template <Pass pass>
__global__ void flat_by_parameter(const __grid_constant__ View view, Size grid) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < grid.width * grid.height) pixel::run_pixel<pass>(view, i % grid.width, i / grid.width);
}
/// Version 3: tiles, so that the reads of neighbours meet in the cache. The shipped kernel is this with its
/// own shape.
template <Pass pass>
__global__ void tiled(const __grid_constant__ View view, Size grid) {
  const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  if (x < grid.width && y < grid.height) pixel::run_pixel<pass>(view, x, y);
}

struct Launch {
  const View& view;
  const View* in_memory;
  Size grid;
  cudaStream_t stream;
};
unsigned parts(int count, int size) {
  return static_cast<unsigned>((count + size - 1) / size);
}
template <Pass pass, int threads>
cudaError_t as_flat(const Launch& l) {
  return compute::cuda::launch(flat<pass>, parts(l.grid.width * l.grid.height, threads), threads, l.stream,
                               l.in_memory, l.grid);
}
template <Pass pass, int threads>
cudaError_t as_flat_by_parameter(const Launch& l) {
  return compute::cuda::launch(flat_by_parameter<pass>, parts(l.grid.width * l.grid.height, threads), threads,
                               l.stream, l.view, l.grid);
}
template <Pass pass, int width, int height>
cudaError_t as_tiles(const Launch& l) {
  return compute::cuda::launch(tiled<pass>, dim3(parts(l.grid.width, width), parts(l.grid.height, height)),
                               dim3(width, height), l.stream, l.view, l.grid);
}
template <Pass pass>
cudaError_t as_shipped(const Launch& l) {
  return neural::cuda::run_pass(pass, l.view, l.stream);
}

struct Version {
  const char* name;
  cudaError_t (*launch)(const Launch&);
};
template <Pass pass>
std::vector<Version> versions() {
  std::vector<Version> all = {{"1 flat, 64 threads", as_flat<pass, 64>},
                              {"1 flat, 256 threads", as_flat<pass, 256>},
                              {"2 view as parameter, 64 threads", as_flat_by_parameter<pass, 64>},
                              {"2 view as parameter, 256 threads", as_flat_by_parameter<pass, 256>},
                              {"3 tiles of 8x8", as_tiles<pass, 8, 8>},
                              {"3 tiles of 16x16", as_tiles<pass, 16, 16>},
                              {"3 tiles of 32x8", as_tiles<pass, 32, 8>},
                              {"3 tiles of 64x2", as_tiles<pass, 64, 2>},
                              {"4 tiles of 32x4", as_tiles<pass, 32, 4>}};
  // Pass::clean ships as a part of the next one; the others as they are here, or close to it.
  if (pass == Pass::neighbourhood)
    all.push_back({"5 with Pass::clean, through shared memory (ships)", as_shipped<pass>});
  else if (pass == Pass::reconstruct)
    all.push_back({"5 a thread for each sample (ships)", as_shipped<pass>});
  else if (pass != Pass::clean)
    all.push_back({"4 tiles of 32x4 (ships)", as_shipped<pass>});
  return all;
}

/// Returns the bytes that a pixel of a pass's grid must read and write at least; `scale` is output over
/// render pixels.
double bytes_of(Pass pass, double scale) {
  switch (pass) {
    case Pass::clean:
      return 8 + 4 + 4 + 1 + 8 + 4 + 4;
    case Pass::neighbourhood:
      return 8 + 4 + 4 + 4 + 3 * 8;
    case Pass::warp:
      return 8 + 8 + 2 + (8 + 4 + 1) / scale;
    case Pass::features:
      return 10 * scale + 2 * 8 + 16 + 128 + 8 + 2;
    case Pass::controls:
      return 23 * 4 + 16 * 2 + 7 * 2;
    case Pass::reconstruct:
      return 8 + 2 + 8 + 8 + (3 * 8 + 32) / scale;
    case Pass::debug_view:
      break;
  }
  return 0;
}

/// Returns the buffers that a pass writes, or as much of them as the shipped one does.
std::vector<const void*> written_by(Pass pass, const View& v, bool ships) {
  switch (pass) {
    case Pass::clean:
      return {v.sample, v.clean_depth, v.raw_motion};
    case Pass::neighbourhood:
      if (ships) return {v.flow};
      return {v.mean, v.deviation, v.flow};
    case Pass::warp:
      return {v.warped, v.warped_count};
    case Pass::features:
      return {v.features, v.history_at_sample};
    case Pass::controls:
      return {v.controls};
    case Pass::reconstruct:
      return {v.kept, v.out_half};
    case Pass::debug_view:
      break;
  }
  return {};
}

/// Throws where the version's result differs from the CPU's loop over the same buffers. One value in a
/// thousand may fall on the other side of a threshold. The state is not compared, because two passes share
/// it.
template <Pass pass>
void check(const Version& version, const Launch& launch) {
  HostFrame expected(launch.view);
  for (int y = 0; y < launch.grid.height; ++y)
    for (int x = 0; x < launch.grid.width; ++x) pixel::run_pixel<pass>(expected.view, x, y);
  const auto is_written = [&](const View& v, const void* pointer) {
    const auto written = written_by(pass, v, version.launch == as_shipped<pass>);
    return std::find(written.begin(), written.end(), pointer) != written.end();
  };
  View view = launch.view;
  for_buffers(view, [&](auto*& pointer, std::size_t count, const char*) {
    if (!is_written(launch.view, pointer)) return;
    void* memory = const_cast<void*>(static_cast<const void*>(pointer));
    compute::cuda::check(cudaMemset(memory, 0xff, count * sizeof *pointer), "cannot clear");  // NaN
  });
  compute::cuda::check(cudaDeviceSynchronize(), "the GPU failed");
  compute::cuda::check(version.launch(launch), "cannot launch");
  compute::cuda::check(cudaStreamSynchronize(launch.stream), "the GPU failed");
  HostFrame got(launch.view);
  const Size render = launch.view.render, padded = launch.view.padded;
  std::size_t index = 0;
  for_buffers(expected.view, [&](auto*& pointer, std::size_t count, const char*) {
    const auto* result =
        reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(got.copies[index++].data());
    if (!is_written(expected.view, pointer)) return;
    const auto value = [](auto x) {
      return sizeof x == sizeof(f16) ? pixel::from_half(static_cast<f16>(x)) : static_cast<float>(x);
    };
    const bool blocked = static_cast<const void*>(pointer) == expected.view.features;
    std::size_t wrong = 0, last = 0;
    for (std::size_t i = 0; i < count; ++i) {
      // The padding around features belongs to the owner of the buffer.
      const auto p = static_cast<int>(i / compute::block_channels % area(padded));
      if (blocked && (p % padded.width >= render.width || p / padded.width >= render.height)) continue;
      const float output = value(result[i]), target = value(pointer[i]);
      if (!(std::abs(output - target) <= 2e-3f * (1 + std::abs(target)))) ++wrong, last = i;
    }
    if (wrong > count / 1000)
      core::fail("{}, {} of {}x{}: {} of {} values differ, one is {} and should be {}",
                 neural::pass_name(pass), version.name, render.width, render.height, wrong, count,
                 value(result[last]), value(pointer[last]));
  });
}

template <Pass pass>
void study_pass(const View& view, const View* in_memory, bool timed, cudaStream_t stream) {
  const Launch launch{view, in_memory, neural::grid_of(pass, view), stream};
  for (const Version& version : versions<pass>()) {
    if (!timed) {
      check<pass>(version, launch);
      continue;
    }
    const double scale = static_cast<double>(area(view.output)) / static_cast<double>(area(view.render));
    study::row(neural::pass_name(pass), version.name,
               study::microseconds(stream, [&] { return version.launch(launch); }),
               bytes_of(pass, scale) * static_cast<double>(area(launch.grid)), 0);
  }
}

/// Studies all passes over the buffers of a third frame.
void study_size(Size render, Size output, bool timed, cudaStream_t stream) {
  study::ThirdFrame frame(render, output);
  const View& view = frame.view();
  const compute::cuda::DeviceMemory in_memory(sizeof view, stream);
  compute::cuda::check(cudaMemcpyAsync(in_memory.get(), &view, sizeof view, cudaMemcpyHostToDevice, stream),
                       "cannot copy");
  const auto* pointer = in_memory.as<View>();
  study_pass<Pass::clean>(view, pointer, timed, stream);
  study_pass<Pass::neighbourhood>(view, pointer, timed, stream);
  study_pass<Pass::warp>(view, pointer, timed, stream);
  study_pass<Pass::features>(view, pointer, timed, stream);
  study_pass<Pass::controls>(view, pointer, timed, stream);
  study_pass<Pass::reconstruct>(view, pointer, timed, stream);
}

void study_all(cudaStream_t stream) {
  for (const auto& [render, output] : {std::pair{Size{1, 1}, Size{3, 2}},
                                       {Size{33, 19}, Size{67, 41}},
                                       {Size{99, 56}, Size{197, 111}},
                                       {Size{67, 37}, Size{67, 37}}})
    study_size(render, output, false, stream);
  if (study::timed) study_size({1920, 1080}, {3840, 2160}, true, stream);
}

}  // namespace

int main() {
  return study::run("study_passes", study_all);
}
