// study_ends: versions of the network's first three layers after `features`, and of its last two before
// `controls`: as launches of their own over memory, fused with one thread for each pixel, and on tensor
// cores, as they ship. Each version is checked against plain loops at odd sizes and several launch shapes,
// then timed at 1080p to 4K.

#include <array>
#include <cmath>
#include <functional>

#include "benchmarks/studies/study.h"
#include "benchmarks/studies/study_frame.h"
#include "compute/cuda/fused/kernels.h"
#include "compute/cuda/launch.h"
#include "compute/plan/pack.h"
#include "compute/plan/schedule.h"
#include "core/random.h"
#include "neural/upscale/cuda_passes.h"
#include "neural/upscale/pixel/upscale.h"
#include "neural/upscale/plan.h"

namespace {

using compute::cuda::launch;
using compute::pixel::from_half;
using compute::pixel::to_half;
using core::f16;
using core::Size;
using study::View;
using Passes = neural::pixel::Upscale<float, f16>;
constexpr int block = compute::block_channels, heads = neural::head_channels;

/// Weights [out][in], with out padded to 16, and bias of a 1x1 layer.
struct Dense {
  const f16* weights = nullptr;
  const float* bias = nullptr;
};

NEURASTER_HD float output_of(const Dense& layer, const float* in, int count, int o) {
  float sum = layer.bias[o];
  for (int k = 0; k < count; ++k) sum += in[k] * from_half(layer.weights[o * count + k]);
  return sum;
}

/// Reads the input of both layers of the end: 16 channels at half size and 16 at full size.
NEURASTER_HD void parts_of(const compute::cuda::HeadArguments& a, int x, int y, float* in) {
  for (const auto& part : a.parts)
    for (int k = 0; k < block; ++k)
      *in++ = from_half(part.data[((y >> part.shift) * part.width + (x >> part.shift)) * block + k]);
}

NEURASTER_HD void squeeze_pixel(const View& v, const Dense& layer, f16* out, int x, int y) {
  float features[2][block] = {};
  if (x < v.render.width && y < v.render.height) Passes{v}.feature_values(x, y, features[0], features[1]);
  for (int o = 0; o < block; ++o)
    out[(y * v.padded.width + x) * block + o] =
        to_half(fmaxf(output_of(layer, features[0], 2 * block, o), 0.0f));
}

/// Value o of a pixel of a 3x3 layer of 16 inputs; `size` is that of its source.
NEURASTER_HD f16 convolved(const Dense& layer, const f16* source, Size size, int stride, int x, int y,
                           int o) {
  float sum = layer.bias[o];
  for (int tap = 0; tap < 9; ++tap) {
    const int sx = stride * x + tap % 3 - 1, sy = stride * y + tap / 3 - 1;
    if (sx < 0 || sy < 0 || sx >= size.width || sy >= size.height) continue;
    for (int k = 0; k < block; ++k)
      sum += from_half(source[(sy * size.width + sx) * block + k]) *
             from_half(layer.weights[(o * 9 + tap) * block + k]);
  }
  return to_half(fmaxf(sum, 0.0f));
}

NEURASTER_HD void head_pixel(const View& v, const compute::cuda::HeadArguments& a, const Dense& mix,
                             const Dense& head, int x, int y) {
  float in[2 * block], mixed[block], result[2][block] = {};
  parts_of(a, x, y, in);
  for (int o = 0; o < block; ++o) mixed[o] = fmaxf(output_of(mix, in, 2 * block, o), 0.0f);
  for (int o = 0; o < heads; ++o) result[o / block][o % block] = output_of(head, mixed, block, o);
  Passes{v}.controls_from(x, y, result[0], result[1]);
}

/// The data of all versions, on the GPU.
struct Ends {
  View view;
  compute::cuda::StartArguments start;
  compute::cuda::HeadArguments head;
  Dense squeeze_plain, full_plain, half_plain, mix_plain, head_plain;
  f16* squeezed = nullptr;                         ///< [padded][16]
  float *mixed = nullptr, *head_values = nullptr;  ///< [padded][16], the view's own
};

__device__ int thread_index() {
  return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
}

// Version 1: a thread computes one value, over features and heads in memory.
__global__ void squeeze_by_value(const __grid_constant__ Ends e) {
  const Size size = e.view.padded;
  const int i = thread_index(), o = i % block, p = i / block;
  if (p >= size.width * size.height) return;
  float features[2 * block];
  for (int k = 0; k < 2 * block; ++k)
    features[k] =
        e.view.features[Passes{e.view}.blocked(k / block, p % size.width, p / size.width) + k % block];
  e.squeezed[i] = to_half(fmaxf(output_of(e.squeeze_plain, features, 2 * block, o), 0.0f));
}
__global__ void full_by_value(const __grid_constant__ Ends e) {
  const Size size = e.view.padded;
  const int i = thread_index(), p = i / block;
  if (p < size.width * size.height)
    e.start.full_out[i] =
        convolved(e.full_plain, e.squeezed, size, 1, p % size.width, p / size.width, i % block);
}
__global__ void half_by_value(const __grid_constant__ Ends e) {
  const Size size{e.view.padded.width / 2, e.view.padded.height / 2};
  const int i = thread_index(), o = i % compute::cuda::start_channels, p = i / compute::cuda::start_channels;
  if (p < size.width * size.height)
    e.start.half_out[i] =
        convolved(e.half_plain, e.start.full_out, e.view.padded, 2, p % size.width, p / size.width, o);
}
__global__ void mix_by_value(const __grid_constant__ Ends e) {
  const Size size = e.view.padded;
  const int i = thread_index(), p = i / block;
  if (p >= size.width * size.height) return;
  float in[2 * block];
  parts_of(e.head, p % size.width, p / size.width, in);
  e.mixed[i] = fmaxf(output_of(e.mix_plain, in, 2 * block, i % block), 0.0f);
}
__global__ void head_by_value(const __grid_constant__ Ends e) {
  const Size size = e.view.padded;
  const int i = thread_index(), o = i % (2 * block), p = i / (2 * block);
  if (p >= size.width * size.height || o >= heads) return;
  e.head_values[Passes{e.view}.blocked(o / block, p % size.width, p / size.width) + o % block] =
      output_of(e.head_plain, e.mixed + p * block, block, o);
}

// Version 2: a thread computes one pixel, in registers only.
__global__ void squeeze_by_pixel(const __grid_constant__ Ends e) {
  const Size size = e.view.padded;
  const int p = thread_index();
  if (p < size.width * size.height)
    squeeze_pixel(e.view, e.squeeze_plain, e.squeezed, p % size.width, p / size.width);
}
__global__ void head_by_pixel(const __grid_constant__ Ends e) {
  const Size size = e.view.render;
  const int p = thread_index();
  if (p < size.width * size.height)
    head_pixel(e.view, e.head, e.mix_plain, e.head_plain, p % size.width, p / size.width);
}

struct Version {
  const char* name;
  std::function<cudaError_t(const Ends&, cudaStream_t)> launch;
};
unsigned parts(std::size_t count, int threads) {
  return static_cast<unsigned>((count + static_cast<std::size_t>(threads) - 1) /
                               static_cast<std::size_t>(threads));
}
std::size_t padded_area(const Ends& e) {
  return core::area(e.view.padded);
}

/// The two layers after the first, by value.
cudaError_t launch_convolutions(const Ends& e, int threads, cudaStream_t stream) {
  const cudaError_t result =
      launch(full_by_value, parts(padded_area(e) * block, threads), threads, stream, e);
  return result == cudaSuccess
             ? launch(half_by_value, parts(padded_area(e) / 4 * compute::cuda::start_channels, threads),
                      threads, stream, e)
             : result;
}

std::vector<Version> start_versions() {
  std::vector<Version> all;
  for (const auto& [name, threads] :
       {std::pair{"1 features, then by value, 64", 64}, {"1 the same, 256", 256}})
    all.push_back({name, [threads](const Ends& e, cudaStream_t stream) {
                     cudaError_t result = neural::cuda::run_pass(neural::Pass::features, e.view, stream);
                     if (result == cudaSuccess)
                       result = launch(squeeze_by_value, parts(padded_area(e) * block, threads), threads,
                                       stream, e);
                     return result == cudaSuccess ? launch_convolutions(e, threads, stream) : result;
                   }});
  for (const auto& [name, threads] :
       {std::pair{"2 fused, a thread a pixel, 64", 64}, {"2 the same, 256", 256}})
    all.push_back({name, [threads](const Ends& e, cudaStream_t stream) {
                     const cudaError_t result =
                         launch(squeeze_by_pixel, parts(padded_area(e), threads), threads, stream, e);
                     return result == cudaSuccess ? launch_convolutions(e, threads, stream) : result;
                   }});
  all.push_back({"3 tensor cores (ships)", [](const Ends& e, cudaStream_t stream) {
                   return neural::cuda::run_start(e.view, e.start, stream);
                 }});
  // The history is made anew, where its scale allows that; see neural/upscale/cuda_warp.h.
  all.push_back({"4 with Pass::warp (ships)", [](const Ends& e, cudaStream_t stream) {
                   View view = e.view;
                   view.features = nullptr;
                   const bool warps = neural::cuda::warps_at_start(view);
                   const cudaError_t result =
                       warps ? cudaMemsetAsync(view.warped, 0xff, 4 * core::area(view.output) * sizeof(f16),
                                               stream)
                             : cudaSuccess;
                   return result == cudaSuccess ? neural::cuda::run_start(view, e.start, stream) : result;
                 }});
  return all;
}

std::vector<Version> head_versions() {
  std::vector<Version> all;
  for (const auto& [name, threads] :
       {std::pair{"1 by value, then controls, 64", 64}, {"1 the same, 256", 256}})
    all.push_back(
        {name, [threads](const Ends& e, cudaStream_t stream) {
           cudaError_t result =
               launch(mix_by_value, parts(padded_area(e) * block, threads), threads, stream, e);
           if (result == cudaSuccess)
             result = launch(head_by_value, parts(padded_area(e) * 2 * block, threads), threads, stream, e);
           return result == cudaSuccess ? neural::cuda::run_pass(neural::Pass::controls, e.view, stream)
                                        : result;
         }});
  for (const auto& [name, threads] :
       {std::pair{"2 fused, a thread a pixel, 64", 64}, {"2 the same, 256", 256}})
    all.push_back({name, [threads](const Ends& e, cudaStream_t stream) {
                     return launch(head_by_pixel, parts(core::area(e.view.render), threads), threads, stream,
                                   e);
                   }});
  all.push_back({"3 tensor cores (ships)", [](const Ends& e, cudaStream_t stream) {
                   return neural::cuda::run_head(e.view, e.head, stream);
                 }});
  return all;
}

/// Noise on the host and on the GPU.
class Numbers {
 public:
  template <typename T>
  T* keep(const std::vector<T>& values, cudaStream_t stream) {
    memory_.emplace_back(values.size() * sizeof(T), stream);
    compute::cuda::check(cudaMemcpyAsync(memory_.back().get(), values.data(), values.size() * sizeof(T),
                                         cudaMemcpyHostToDevice, stream),
                         "cannot copy");
    compute::cuda::check(cudaStreamSynchronize(stream), "cannot copy");  // `values` may be a temporary
    return memory_.back().as<T>();
  }

 private:
  std::vector<compute::cuda::DeviceMemory> memory_;
};
std::vector<float> noise(std::size_t count, double scale, core::Random& random) {
  std::vector<float> values(count);
  for (float& x : values) x = static_cast<float>(scale * random.normal());
  return values;
}

/// A layer's weights in the layout of every version, and plain on the host.
struct Layer {
  Layer(const compute::ConvolutionSpec& spec, Numbers& numbers, core::Random& random, cudaStream_t stream)
      : weights(noise(spec.weight_count(), 0.2, random)),
        bias(noise(static_cast<std::size_t>(spec.out), 0.2, random)),
        packed(compute::pack_by_pixel(spec, weights)) {
    bias.resize(static_cast<std::size_t>(compute::padded16(spec.out)));
    fragments = numbers.keep(compute::pack_fragments(spec, weights), stream);
    device = {numbers.keep(packed, stream), numbers.keep(bias, stream)};
  }
  Dense host() const { return {packed.data(), bias.data()}; }
  std::vector<float> weights, bias;
  std::vector<f16> packed;
  const f16* fragments = nullptr;
  Dense device;
};

template <typename T, typename Value>
void expect_close(const Version& version, Size size, const std::vector<T>& target, const void* device,
                  const Value& value) {
  std::vector<T> output(target.size());
  compute::cuda::check(cudaMemcpy(output.data(), device, output.size() * sizeof(T), cudaMemcpyDeviceToHost),
                       "cannot copy");
  for (std::size_t i = 0; i < output.size(); ++i) {
    const float a = value(output[i]), b = value(target[i]);
    // The tensor cores read features and mixed channels as halfs.
    if (!(std::abs(a - b) <= 1e-2f * (1 + std::abs(b))))
      core::fail("{} of {}x{}: value {} is {} and should be {}", version.name, size.width, size.height, i, a,
                 b);
  }
}

void study_size(Size render, Size output, bool timed, cudaStream_t stream) {
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const auto schedule = compute::make_schedule(plan);
  if (!schedule) core::fail("the network has not the shape that the kernels are made for");
  study::ThirdFrame frame(render, output);
  Numbers numbers;
  core::Random random(1);
  const auto layer = [&](std::size_t index) {
    return Layer(plan.layers()[index].spec, numbers, random, stream);
  };
  const Layer squeeze = layer(schedule->squeeze), full = layer(schedule->middle[0].layer),
              half = layer(schedule->middle[1].layer), mix = layer(schedule->mix.layer),
              head = layer(schedule->head);

  Ends e;
  e.view = frame.view();
  e.head_values = const_cast<float*>(e.view.head);
  const Size padded = e.view.padded;
  const std::size_t values = core::area(padded) * block;
  std::array<std::vector<f16>, 2> sources;
  for (std::size_t i = 0; i < 2; ++i) {
    const int shift = schedule->mix.sources[i].shift;
    sources[i] = compute::to_halfs(noise(values >> (2 * shift), 1, random));
    e.head.parts[i] = {numbers.keep(sources[i], stream), block, padded.width >> shift, padded.height >> shift,
                       shift};
  }
  e.squeezed = numbers.keep(std::vector<f16>(values), stream);
  const std::size_t half_values = core::area(padded) / 4 * compute::cuda::start_channels;
  e.start.padded = padded;
  e.start.squeeze = squeeze.fragments, e.start.squeeze_bias = squeeze.device.bias;
  e.start.full = full.fragments, e.start.full_bias = full.device.bias;
  e.start.half = half.fragments, e.start.half_bias = half.device.bias;
  e.start.full_out = numbers.keep(std::vector<f16>(values), stream);
  e.start.half_out = numbers.keep(std::vector<f16>(half_values), stream);
  e.head.padded = padded;
  e.head.mix = mix.fragments, e.head.mix_bias = mix.device.bias;
  e.head.head = head.fragments, e.head.head_bias = head.device.bias;
  e.squeeze_plain = squeeze.device, e.full_plain = full.device, e.half_plain = half.device;
  e.mix_plain = mix.device, e.head_plain = head.device;
  e.mixed = numbers.keep(std::vector<float>(values), stream);
  // The frame's own history is gone: its output lies there.
  compute::cuda::check(neural::cuda::run_pass(neural::Pass::warp, e.view, stream), "cannot launch");
  compute::cuda::check(cudaStreamSynchronize(stream), "the GPU failed");

  if (timed) {
    const double pixels = static_cast<double>(core::area(render));
    const double of_output = static_cast<double>(core::area(output));
    for (const Version& version : start_versions())
      study::row("features to half", version.name,
                 study::microseconds(stream, [&] { return version.launch(e, stream); }),
                 pixels * (4 * 8 + 16 + 8 + 2 + 48) + of_output * 10,
                 pixels * 2 * (32 * 16 + 9 * 16 * (16 + 32 / 4)));
    for (const Version& version : head_versions())
      study::row("mix, head and controls", version.name,
                 study::microseconds(stream, [&] { return version.launch(e, stream); }),
                 pixels * (32 + 8 + 32 + 14), pixels * 2 * (32 * 16 + 16 * heads));
    return;
  }
  study::HostFrame host(e.view);
  std::vector<f16> squeezed(values);
  for (int y = 0; y < padded.height; ++y)
    for (int x = 0; x < padded.width; ++x) squeeze_pixel(host.view, squeeze.host(), squeezed.data(), x, y);
  const std::vector<f16> warped(host.view.warped, host.view.warped + 4 * core::area(output));
  std::vector<f16> at_full(values), at_half(half_values);
  for (std::size_t i = 0; i < values; ++i) {
    const int n = static_cast<int>(i), p = n / block, width = padded.width;
    at_full[i] = convolved(full.host(), squeezed.data(), padded, 1, p % width, p / width, n % block);
  }
  for (std::size_t i = 0; i < half_values; ++i) {
    constexpr int count = compute::cuda::start_channels;
    const int n = static_cast<int>(i), p = n / count, width = padded.width / 2;
    at_half[i] = convolved(half.host(), at_full.data(), padded, 2, p % width, p / width, n % count);
  }
  for (const Version& version : start_versions()) {
    compute::cuda::check(cudaMemset(e.start.full_out, 0xff, values * sizeof(f16)), "cannot clear");  // NaN
    compute::cuda::check(cudaMemset(e.start.half_out, 0xff, half_values * sizeof(f16)), "cannot clear");
    compute::cuda::check(cudaDeviceSynchronize(), "the GPU failed");
    compute::cuda::check(version.launch(e, stream), "cannot launch");
    compute::cuda::check(cudaStreamSynchronize(stream), "the GPU failed");
    expect_close(version, render, at_full, e.start.full_out, [](f16 x) { return from_half(x); });
    expect_close(version, render, at_half, e.start.half_out, [](f16 x) { return from_half(x); });
    expect_close(version, render, warped, e.view.warped, [](f16 x) { return from_half(x); });
  }
  compute::cuda::HeadArguments on_host = e.head;
  for (std::size_t i = 0; i < 2; ++i) on_host.parts[i].data = sources[i].data();
  for (int y = 0; y < render.height; ++y)
    for (int x = 0; x < render.width; ++x) head_pixel(host.view, on_host, mix.host(), head.host(), x, y);
  const std::vector<f16> controls(host.view.controls,
                                  host.view.controls + core::area(render) * neural::control_channels);
  for (const Version& version : head_versions()) {
    compute::cuda::check(cudaMemset(e.view.controls, 0xff, controls.size() * sizeof(f16)), "cannot clear");
    compute::cuda::check(cudaDeviceSynchronize(), "the GPU failed");
    compute::cuda::check(version.launch(e, stream), "cannot launch");
    compute::cuda::check(cudaStreamSynchronize(stream), "the GPU failed");
    expect_close(version, render, controls, e.view.controls, [](f16 x) { return from_half(x); });
  }
}

void study_all(cudaStream_t stream) {
  study_size({1, 1}, {3, 2}, false, stream);
  study_size({33, 19}, {67, 41}, false, stream);
  study_size({67, 37}, {133, 73}, false, stream);
  // Strips of the first launch beside and below each other.
  study_size({125, 10}, {249, 19}, false, stream);
  study_size({10, 75}, {19, 149}, false, stream);
  if (study::timed) study_size({1920, 1080}, {3840, 2160}, true, stream);
}

}  // namespace

int main() {
  return study::run("study_ends", study_all);
}
