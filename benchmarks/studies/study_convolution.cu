// study_convolution: versions of the network's middle layers, from one thread for each value to the tensor
// cores that ship. Each version is checked against the reference at odd sizes and several launch shapes, then
// timed at 1080p.

#include <cmath>
#include <vector>

#include "benchmarks/studies/study.h"
#include "compute/cuda/fused/kernels.h"
#include "compute/cuda/fused/operands.h"
#include "compute/cuda/launch.h"
#include "compute/plan/pack.h"
#include "compute/plan/schedule.h"
#include "compute/reference/reference.h"
#include "core/random.h"
#include "neural/upscale/plan.h"

namespace {

namespace tiles = compute::tiles;
using compute::pixel::from_half;
using core::f16;
using tiles::Convolution;
using tiles::Halfs8;

/// The additional input of the scalar versions: weights [out][tap][in].
struct Plain {
  Convolution c;
  const f16* weights = nullptr;
};

/// Strides, taps and sizes of the older versions are known at run time only.
constexpr int kernel = tiles::kernel, taps = tiles::taps;

/// The source pixels that a tile reads.
struct OldRegion {
  int out_x, out_y, x, y, width, height;
  __device__ OldRegion(const Convolution& c, int tile) {
    const int across = (c.width + tiles::tile_width - 1) / tiles::tile_width;
    out_x = tile % across * tiles::tile_width, out_y = tile / across * tiles::tile_height;
    x = out_x * c.stride - kernel / 2, y = out_y * c.stride - kernel / 2;
    width = (tiles::tile_width - 1) * c.stride + kernel,
    height = (tiles::tile_height - 1) * c.stride + kernel;
  }
  __device__ int copies() const { return 2 * width * height; }
};

/// Does one of a region's copies.
__device__ void stage(const Convolution& c, const OldRegion& region, int first_channel, int copy,
                      f16* staged) {
  const int pixel = copy / 2, half = copy % 2;
  const int x = region.x + pixel % region.width, y = region.y + pixel / region.width;
  const tiles::Part& part = c.parts[0];
  Halfs8 value{};
  if (x >= 0 && y >= 0 && x < part.width && y < part.height)
    value = *reinterpret_cast<const Halfs8*>(part.data +
                                             (static_cast<std::int64_t>(y) * part.width + x) * part.channels +
                                             first_channel + 8 * half);
  *reinterpret_cast<Halfs8*>(staged + pixel * tiles::staged_halfs + 8 * half) = value;
}

__device__ f16 finished(const Convolution& c, float sum, int channel) {
  const float y = sum + c.bias[channel];
  return compute::pixel::to_half(fmaxf(y, 0.0f));
}

/// Version 1: a thread computes one value. Every thread reads all of its inputs and weights from global
/// memory.
__global__ void by_value(const __grid_constant__ Plain p) {
  const Convolution& c = p.c;
  const tiles::Part& part = c.parts[0];
  const int count = c.width * c.height * c.out_channels;
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count;
       i += static_cast<int>(gridDim.x * blockDim.x)) {
    const int o = i % c.out_channels, x = i / c.out_channels % c.width, y = i / c.out_channels / c.width;
    float sum = 0;
    for (int tap = 0; tap < taps; ++tap) {
      const int sx = x * c.stride + tap % kernel - kernel / 2;
      const int sy = y * c.stride + tap / kernel - kernel / 2;
      if (sx < 0 || sy < 0 || sx >= part.width || sy >= part.height) continue;
      const f16* from = part.data + (sy * part.width + sx) * c.in_channels;
      const f16* weights = p.weights + (o * taps + tap) * c.in_channels;
      for (int k = 0; k < c.in_channels; ++k) sum += from_half(from[k]) * from_half(weights[k]);
    }
    c.out[i] = finished(c, sum, o);
  }
}

/// Multiplies 8 inputs with the weights of 8 outputs.
__device__ void multiply8(float (&sums)[8], const Halfs8& in, const f16* weights, int next_output) {
  float values[8];
  for (int k = 0; k < 8; ++k) values[k] = from_half(static_cast<f16>(in.v[k / 2] >> (16 * (k % 2))));
#pragma unroll
  for (int o = 0; o < 8; ++o) {
    const f16* w = weights + o * next_output;
    for (int k = 0; k < 8; ++k) sums[o] += values[k] * from_half(w[k]);
  }
}

/// Version 2: a thread computes 8 channels of a pixel. An input is read once for 8 results, 16 bytes at a
/// time; the threads of a warp need the same weights.
__global__ void by_pixel(const __grid_constant__ Plain p) {
  const Convolution& c = p.c;
  const tiles::Part& part = c.parts[0];
  const int pixels = c.width * c.height, count = pixels * (c.out_channels / 8);
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count;
       i += static_cast<int>(gridDim.x * blockDim.x)) {
    const int first = i / pixels * 8, x = i % pixels % c.width, y = i % pixels / c.width;
    float sums[8] = {};
    for (int tap = 0; tap < taps; ++tap) {
      const int sx = x * c.stride + tap % kernel - kernel / 2;
      const int sy = y * c.stride + tap / kernel - kernel / 2;
      if (sx < 0 || sy < 0 || sx >= part.width || sy >= part.height) continue;
      const f16* from = part.data + (sy * part.width + sx) * c.in_channels;
      for (int k = 0; k < c.in_channels; k += 8)
        multiply8(sums, *reinterpret_cast<const Halfs8*>(from + k),
                  p.weights + (first * taps + tap) * c.in_channels + k, taps * c.in_channels);
    }
    for (int o = 0; o < 8; ++o)
      c.out[(y * c.width + x) * c.out_channels + first + o] = finished(c, sums[o], first + o);
  }
}

/// Version 3: as version 2, with the tile's inputs in shared memory.
__global__ void __launch_bounds__(tiles::threads) staged_by_pixel(const __grid_constant__ Plain p) {
  static_assert(tiles::threads == tiles::tile_width * tiles::tile_height);
  alignas(16) __shared__ f16 staged[tiles::max_region_halfs];
  const Convolution& c = p.c;
  const int thread = static_cast<int>(threadIdx.x);
  const int tx = thread % tiles::tile_width, ty = thread / tiles::tile_width;
  for (int tile = static_cast<int>(blockIdx.x); tile < tiles::tile_count(c);
       tile += static_cast<int>(gridDim.x)) {
    const OldRegion region(c, tile);
    const int x = region.out_x + tx, y = region.out_y + ty;
    for (int first = 0; first < c.out_channels; first += 8) {
      float sums[8] = {};
      for (int chunk = 0; chunk < c.in_channels; chunk += tiles::chunk_channels) {
        __syncthreads();
        for (int copy = thread; copy < region.copies(); copy += tiles::threads)
          stage(c, region, chunk, copy, staged);
        __syncthreads();
        for (int tap = 0; tap < taps; ++tap) {
          const int at = (ty * c.stride + tap / kernel) * region.width + tx * c.stride + tap % kernel;
          for (int k = 0; k < tiles::chunk_channels; k += 8)
            multiply8(sums, *reinterpret_cast<const Halfs8*>(staged + at * tiles::staged_halfs + k),
                      p.weights + (first * taps + tap) * c.in_channels + chunk + k, taps * c.in_channels);
        }
      }
      if (x >= c.width || y >= c.height) continue;
      for (int o = 0; o < 8; ++o)
        c.out[(y * c.width + x) * c.out_channels + first + o] = finished(c, sums[o], first + o);
    }
  }
}

/// Version 4: tensor cores, with one code for all strides: the loop over taps is not unrolled, and staging
/// divides by a width that is known at run time only. It took 191 million warp instructions for the layers of
/// a 1080p frame, by count; version 5 takes 65.
template <int columns>
__device__ void tile_for_any_stride(const Convolution& c, int tile, f16* staged) {
  const OldRegion region(c, tile);
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int first_row = warp * tiles::rows_of_warp;
  float sums[tiles::rows_of_warp][columns][4] = {};
  for (int k = 0; k < c.in_channels / tiles::chunk_channels; ++k) {
    __syncthreads();
    for (int copy = static_cast<int>(threadIdx.x); copy < region.copies(); copy += tiles::threads)
      stage(c, region, k * tiles::chunk_channels, copy, staged);
    __syncthreads();
    for (int tap = 0; tap < taps; ++tap) {
      std::uint32_t a[tiles::rows_of_warp][4];
#pragma unroll
      for (int r = 0; r < tiles::rows_of_warp; ++r) {
        const int y = (first_row + r) * c.stride + tap / kernel, x = (lane & 15) * c.stride + tap % kernel;
        compute::cuda::load_a(a[r], staged + (y * region.width + x) * tiles::staged_halfs + (lane >> 4) * 8);
      }
#pragma unroll
      for (int column = 0; column < columns; ++column) {
        const uint4 b = compute::cuda::load_b(
            c.fragments, tiles::fragment(c.out_channels, taps, k, tap, column & ~1, lane));
#pragma unroll
        for (int r = 0; r < tiles::rows_of_warp; ++r)
          compute::cuda::multiply(sums[r][column], a[r], compute::cuda::column_of(b, column % 2));
      }
    }
  }
#pragma unroll
  for (int r = 0; r < tiles::rows_of_warp; ++r)
#pragma unroll
    for (int column = 0; column < columns; ++column)
      tiles::store(c, {region.out_x, region.out_y}, first_row + r, column, lane, sums[r][column]);
}
__global__ void __launch_bounds__(tiles::threads) any_stride(const __grid_constant__ Plain p) {
  alignas(16) __shared__ f16 staged[tiles::max_region_halfs];
  for (int tile = static_cast<int>(blockIdx.x); tile < tiles::tile_count(p.c);
       tile += static_cast<int>(gridDim.x))
    switch (p.c.out_channels) {
      case 16:
        tile_for_any_stride<2>(p.c, tile, staged);
        break;
      case 32:
        tile_for_any_stride<4>(p.c, tile, staged);
        break;
      case 48:
        tile_for_any_stride<6>(p.c, tile, staged);
        break;
      case 64:
        tile_for_any_stride<8>(p.c, tile, staged);
        break;
    }
}

struct Version {
  const char* name;
  cudaError_t (*launch)(const Plain&, int blocks, cudaStream_t);
};
const Version versions[] = {
    {"1 a thread a value",
     [](const Plain& p, int blocks, cudaStream_t stream) {
       return compute::cuda::launch(by_value, static_cast<unsigned>(blocks), 256, stream, p);
     }},
    {"2 a thread 8 channels of a pixel",
     [](const Plain& p, int blocks, cudaStream_t stream) {
       return compute::cuda::launch(by_pixel, static_cast<unsigned>(blocks), 128, stream, p);
     }},
    {"3 inputs staged in shared memory",
     [](const Plain& p, int blocks, cudaStream_t stream) {
       return compute::cuda::launch(staged_by_pixel, static_cast<unsigned>(blocks), tiles::threads, stream,
                                    p);
     }},
    {"4 tensor cores, any stride",
     [](const Plain& p, int blocks, cudaStream_t stream) {
       return compute::cuda::launch(any_stride, static_cast<unsigned>(blocks), tiles::threads, stream, p);
     }},
    {"5 a code for each shape (ships)", [](const Plain& p, int blocks, cudaStream_t stream) {
       return compute::cuda::run_convolution(p.c, blocks, stream);
     }}};

/// A layer's tensors on the GPU, filled with noise, and the reference's result on request.
class Layer {
 public:
  Layer(const compute::ConvolutionSpec& spec, int width, int height, cudaStream_t stream)
      : spec_(spec),
        from_{spec.in, height, width},
        to_{spec.out, (height - 1) / spec.stride + 1, (width - 1) / spec.stride + 1} {
    core::Random random(1);
    const auto noise = [&](std::size_t count, double scale) {
      std::vector<float> values(count);
      for (float& x : values)
        x = from_half(compute::pixel::to_half(static_cast<float>(scale * random.normal())));
      return values;
    };
    input_ = noise(from_.elements(), 1);
    weights_ = noise(spec.weight_count(), 0.1);
    bias_ = noise(static_cast<std::size_t>(spec.out), 1);
    upload(in_, by_pixel_order(input_, from_), stream);
    upload(plain_weights_, compute::pack_by_pixel(spec, weights_), stream);
    upload(fragments_, compute::pack_fragments(spec, weights_), stream);
    upload(device_bias_, bias_, stream);
    out_ = compute::cuda::DeviceMemory(to_.elements() * sizeof(f16), stream);
    Convolution& c = plain_.c;
    c.parts[0] = {in_.as<f16>(), spec.in, width, height, 0};
    c.out = out_.as<f16>();
    c.fragments = fragments_.as<f16>();
    c.bias = device_bias_.as<float>();
    c.in_channels = spec.in;
    c.out_channels = spec.out;
    c.width = to_.width;
    c.height = to_.height;
    c.stride = spec.stride;
    plain_.weights = plain_weights_.as<f16>();
  }

  /// Throws where the version differs from the reference by more than a half's rounding.
  void check(const Version& version, int blocks, cudaStream_t stream) {
    if (expected_.empty()) expected_ = reference();
    using compute::cuda::check;
    check(cudaMemsetAsync(out_.get(), 0xff, out_.bytes(), stream), "cannot clear");  // NaN
    check(version.launch(plain_, blocks, stream), "cannot launch");
    std::vector<f16> result(expected_.size());
    check(cudaMemcpyAsync(result.data(), out_.get(), result.size() * sizeof(f16), cudaMemcpyDeviceToHost,
                          stream),
          "cannot copy");
    check(cudaStreamSynchronize(stream), "the GPU failed");
    for (std::size_t i = 0; i < result.size(); ++i) {
      const float output = from_half(result[i]), target = from_half(expected_[i]);
      if (!(std::abs(output - target) <= 2e-3f * (1 + std::abs(target))))
        core::fail("{}: {} -> {}, {}x{}, {} blocks: value {} is {} and should be {}", version.name, spec_.in,
                   spec_.out, to_.width, to_.height, blocks, i, output, target);
    }
  }
  const Plain& plain() const { return plain_; }
  double bytes() const {
    return 2.0 * static_cast<double>(from_.elements() + to_.elements() + spec_.weight_count());
  }
  double flop() const { return 2.0 * static_cast<double>(spec_.weight_count()) * to_.width * to_.height; }

 private:
  template <typename T>
  static void upload(compute::cuda::DeviceMemory& memory, const std::vector<T>& values, cudaStream_t stream) {
    memory = compute::cuda::DeviceMemory(values.size() * sizeof(T), stream);
    compute::cuda::check(cudaMemcpyAsync(memory.get(), values.data(), values.size() * sizeof(T),
                                         cudaMemcpyHostToDevice, stream),
                         "cannot copy");
    compute::cuda::check(cudaStreamSynchronize(stream), "cannot copy");  // `values` may be a temporary
  }
  static std::vector<f16> by_pixel_order(const std::vector<float>& blocked, compute::Shape shape) {
    std::vector<f16> result(blocked.size());
    const int area = shape.width * shape.height;
    for (int c = 0; c < shape.channels; ++c)
      for (int p = 0; p < area; ++p)
        result[static_cast<std::size_t>(p * shape.channels + c)] =
            compute::pixel::to_half(blocked[static_cast<std::size_t>((c / 16 * area + p) * 16 + c % 16)]);
    return result;
  }
  std::vector<f16> reference() const {
    return by_pixel_order(compute::convolve_by_reference(spec_, from_, input_, weights_, bias_), to_);
  }

  compute::ConvolutionSpec spec_;
  compute::Shape from_, to_;
  std::vector<float> input_, weights_, bias_;
  std::vector<f16> expected_;
  compute::cuda::DeviceMemory in_, out_, plain_weights_, fragments_, device_bias_;
  Plain plain_;
};

void compare(cudaStream_t stream) {
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const auto schedule = compute::make_schedule(plan);
  if (!schedule) core::fail("the network has not the shape that the kernels are made for");
  for (const auto& scheduled : schedule->middle) {
    const auto& spec = plan.layers()[scheduled.layer].spec;
    for (const core::Size size : {core::Size{1, 1}, {17, 5}, {37, 18}, {34, 33}}) {
      Layer layer(spec, size.width, size.height, stream);
      for (const Version& version : versions)
        for (const int blocks : {1, 64}) layer.check(version, blocks, stream);
    }
  }
  if (!study::timed) return;
  for (const auto& scheduled : schedule->middle) {
    const compute::Layer& drawn = plan.layers()[scheduled.layer];
    const int level = plan.values()[static_cast<std::size_t>(drawn.source)].level;
    const Layer layer(drawn.spec, 1920 >> level, 1080 >> level, stream);
    const int blocks = tiles::tile_count(layer.plain().c);
    for (const Version& version : versions)
      study::row(drawn.name.c_str(), version.name,
                 study::microseconds(stream, [&] { return version.launch(layer.plain(), blocks, stream); }),
                 layer.bytes(), layer.flop());
  }
}

}  // namespace

int main() {
  return study::run("study_convolution", compare);
}
