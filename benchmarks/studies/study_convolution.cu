// study_convolution: versions of the network's middle layers, from one thread for each value to the tensor
// cores that ship. Each version is checked against the reference at odd sizes and several launch shapes, then
// timed at 1080p.

#include <cmath>
#include <vector>

#include "benchmarks/studies/study.h"
#include "compute/cuda/fused/kernels.h"
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

__device__ f16 finished(const Convolution& c, float sum, int channel) {
  const float y = sum + c.bias[channel];
  return compute::pixel::to_half(c.relu ? fmaxf(y, 0.0f) : y);
}

/// Version 1: a thread computes one value. Every thread reads all of its inputs and weights from global
/// memory.
__global__ void by_value(const __grid_constant__ Plain p) {
  const Convolution& c = p.c;
  const tiles::Part& part = c.parts[0];
  const int count = c.width * c.height * c.out_channels, taps = c.kernel * c.kernel;
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count;
       i += static_cast<int>(gridDim.x * blockDim.x)) {
    const int o = i % c.out_channels, x = i / c.out_channels % c.width, y = i / c.out_channels / c.width;
    float sum = 0;
    for (int tap = 0; tap < taps; ++tap) {
      const int sx = x * c.stride + tap % c.kernel - c.kernel / 2;
      const int sy = y * c.stride + tap / c.kernel - c.kernel / 2;
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
  for (int k = 0; k < 8; ++k) values[k] = from_half(in.v[k]);
#pragma unroll
  for (int o = 0; o < 8; ++o) {
    const Halfs8 w = *reinterpret_cast<const Halfs8*>(weights + o * next_output);
    for (int k = 0; k < 8; ++k) sums[o] += values[k] * from_half(w.v[k]);
  }
}

/// Version 2: a thread computes 8 channels of a pixel. An input is read once for 8 results, 16 bytes at a
/// time; the threads of a warp need the same weights.
__global__ void by_pixel(const __grid_constant__ Plain p) {
  const Convolution& c = p.c;
  const tiles::Part& part = c.parts[0];
  const int pixels = c.width * c.height, count = pixels * (c.out_channels / 8), taps = c.kernel * c.kernel;
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count;
       i += static_cast<int>(gridDim.x * blockDim.x)) {
    const int first = i / pixels * 8, x = i % pixels % c.width, y = i % pixels / c.width;
    float sums[8] = {};
    for (int tap = 0; tap < taps; ++tap) {
      const int sx = x * c.stride + tap % c.kernel - c.kernel / 2;
      const int sy = y * c.stride + tap / c.kernel - c.kernel / 2;
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

/// Version 3: as version 2, with the tile's inputs in shared memory, staged as the shipped kernel does.
__global__ void __launch_bounds__(tiles::threads) staged_by_pixel(const __grid_constant__ Plain p) {
  static_assert(tiles::threads == tiles::tile_width * tiles::tile_height);
  alignas(16) __shared__ f16 staged[tiles::max_region * tiles::staged_halfs];
  const Convolution& c = p.c;
  const int taps = c.kernel * c.kernel, thread = static_cast<int>(threadIdx.x);
  const int tx = thread % tiles::tile_width, ty = thread / tiles::tile_width;
  for (int tile = static_cast<int>(blockIdx.x); tile < tiles::tile_count(c);
       tile += static_cast<int>(gridDim.x)) {
    const tiles::Region region(c, tile);
    const int x = region.out_x + tx, y = region.out_y + ty;
    for (int first = 0; first < c.out_channels; first += 8) {
      float sums[8] = {};
      for (int chunk = 0; chunk < c.in_channels; chunk += tiles::chunk) {
        __syncthreads();
        for (int copy = thread; copy < region.copies(); copy += tiles::threads)
          tiles::stage(c, region, chunk, copy, staged);
        __syncthreads();
        for (int tap = 0; tap < taps; ++tap) {
          const int at = (ty * c.stride + tap / c.kernel) * region.width + tx * c.stride + tap % c.kernel;
          for (int k = 0; k < tiles::chunk; k += 8)
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
    {"4 tensor cores (ships)", [](const Plain& p, int blocks, cudaStream_t stream) {
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
    c.kernel = spec.kernel;
    c.stride = spec.stride;
    c.relu = spec.relu;
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
    const auto backend = compute::make_reference<float>();
    const auto source = backend->tensor(from_, false), destination = backend->tensor(to_, false);
    const auto parameter = backend->parameter(spec_);
    parameter->load(weights_, bias_);
    backend->write(*source, input_.data());
    backend->convolution(spec_, source, parameter, destination, false)->forward();
    std::vector<float> blocked(to_.elements());
    backend->read(*destination, blocked.data());
    return by_pixel_order(blocked, to_);
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
