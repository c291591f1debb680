// Compares the backend on an NVIDIA GPU with the CPU. The tests are skipped where there is no GPU. The
// simulator runs the same tests as Simulated.*

#include <gtest/gtest.h>

#include "compute/reference/reference.h"
#include "core/random.h"
#include "tests/support/between_pictures.h"
#include "tests/support/device_frame.h"
#include "tests/support/field_pictures.h"
#include "tests/support/plain_water.h"
#include "tests/support/training.h"
#include "tests/support/upscaler_beside_reference.h"
#include "which_gpu.h"

namespace {

using compute::ConvolutionSpec;
using compute::Precision;
using compute::Shape;
using core::Size;
using testing_support::worst;
using which_gpu::Gpu;
using which_gpu::open;

std::vector<float> noise(Shape shape, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> values(shape.elements());
  const std::size_t plane = static_cast<std::size_t>(shape.height * shape.width) * 16;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (static_cast<int>(i / plane * 16 + i % 16) < shape.channels)
      values[i] = static_cast<float>(random.normal());
  return values;
}

struct Result {
  std::vector<float> output, g_source, g_weights, g_bias;
};

Result convolve(compute::Backend& backend, const ConvolutionSpec& spec, int height, int width,
                bool training) {
  const Shape from{spec.in, height, width};
  const Shape to{spec.out, (height - 1) / spec.stride + 1, (width - 1) / spec.stride + 1};
  const auto source = backend.tensor(from, training), destination = backend.tensor(to, training);
  const auto parameter = backend.parameter(spec);
  core::Random random(2);
  std::vector<float> weights(spec.weight_count()), bias(static_cast<std::size_t>(spec.out));
  for (float& x : weights) x = static_cast<float>(0.1 * random.normal());
  for (float& x : bias) x = static_cast<float>(random.normal());
  parameter->load(weights, bias);
  const auto operation = backend.convolution(spec, source, parameter, destination, training);
  const auto buffer = backend.allocate(std::max(from.elements(), to.elements()) * 4);
  auto* values = static_cast<float*>(buffer->data());
  backend.copy_in(values, noise(from, 1).data(), from.elements() * 4);
  backend.write(*source, values);
  operation->forward();
  Result r{std::vector<float>(to.elements()), {}, {}, {}};
  backend.read(*destination, values);
  backend.copy_out(r.output.data(), values, to.elements() * 4);
  if (!training) return r;
  r.g_source.resize(from.elements());
  r.g_weights.resize(weights.size());
  r.g_bias.resize(bias.size());
  parameter->zero_gradient();
  for (const bool accumulate : {false, true}) {
    backend.copy_in(values, noise(to, 4).data(), to.elements() * 4);
    backend.write_gradient(*destination, values);
    operation->backward(accumulate);
  }
  backend.read_gradient(*source, values);
  backend.copy_out(r.g_source.data(), values, from.elements() * 4);
  parameter->read_gradient(r.g_weights, r.g_bias);
  return r;
}

const std::vector<std::tuple<ConvolutionSpec, int, int>> cases = {
    {{32, 16, 1, 1, true}, 9, 13},  {{16, 16, 3, 1, true}, 17, 5}, {{16, 32, 3, 2, true}, 18, 10},
    {{32, 48, 3, 2, true}, 7, 11},  {{64, 64, 3, 1, true}, 3, 5},  {{48, 32, 3, 1, false}, 1, 1},
    {{16, 23, 1, 1, false}, 9, 31}, {{64, 16, 3, 1, true}, 33, 29}};

/// Tests f32 without TF32; only the order of sums differs.
TEST_F(Gpu, CudnnConvolutionsMatchTheReference) {
  const auto cuda = open(), reference = compute::make_reference<float>();
  for (const auto& [spec, height, width] : cases) {
    SCOPED_TRACE(fmt::format("{}->{} k{} {}x{}", spec.in, spec.out, spec.kernel, width, height));
    const Result a = convolve(*cuda, spec, height, width, true),
                 b = convolve(*reference, spec, height, width, true);
    EXPECT_LT(worst(a.output, b.output), 1e-5);
    EXPECT_LT(worst(a.g_source, b.g_source), 1e-5);
    EXPECT_LT(worst(a.g_weights, b.g_weights), 2e-5);
    EXPECT_LT(worst(a.g_bias, b.g_bias), 2e-5);
  }
}

/// Halfs have 11 bits; inputs, weights and results are rounded.
TEST_F(Gpu, CudnnHalfConvolutionsAreClose) {
  const auto cuda = open({.precision = Precision::half, .fused = false});
  const auto reference = compute::make_reference<float>();
  for (const auto& [spec, height, width] : cases)
    EXPECT_LT(worst(convolve(*cuda, spec, height, width, false).output,
                    convolve(*reference, spec, height, width, false).output),
              4e-3);
}

/// The host's bytes may die when copy_in() or load() returns; the simulator reads them as late as a driver
/// may.
TEST_F(Gpu, CopiesFromTheHostAreDoneWhenTheyReturn) {
  const auto cuda = open({.precision = Precision::half});
  const auto memory = cuda->allocate(1 << 20);
  std::vector<std::uint8_t> bytes(1 << 20, 7), back(1 << 20);
  cuda->copy_in(memory->data(), bytes.data(), bytes.size());
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{9});
  cuda->copy_out(back.data(), memory->data(), back.size());
  EXPECT_EQ(std::count(back.begin(), back.end(), 7), 1 << 20);

  const ConvolutionSpec spec{16, 16, 1, 1, false};
  const auto parameter = cuda->parameter(spec);
  std::vector<float> weights(spec.weight_count(), 0), bias(16, 3);
  parameter->load(weights, bias);
  std::fill(bias.begin(), bias.end(), 5.0f);
  const auto source = cuda->tensor({16, 2, 2}, false), destination = cuda->tensor({16, 2, 2}, false);
  cuda->convolution(spec, source, parameter, destination, false)->forward();
  std::vector<float> values(64);
  cuda->read(*destination, static_cast<float*>(memory->data()));
  cuda->copy_out(values.data(), memory->data(), 256);
  EXPECT_EQ(std::count(values.begin(), values.end(), 3.0f), 64);
}

void upscale_against_reference(const compute::BackendOptions& options, double min_db, double max_difference) {
  testing_support::expect_the_references_frames(*open(options), which_gpu::upscaled, min_db, max_difference);
}
TEST_F(Gpu, WaterAgreesWithPlainWater) {
  const auto cuda = open({.precision = Precision::half});  // the network's; water is in floats
  for (const Size size : plain_water::sizes)
    EXPECT_LT(plain_water::difference_from_plain(*cuda, size, 40), 1e-5) << size.width << "x" << size.height;
}

TEST_F(Gpu, PicturesBetweenMatchTheReference) {
  testing_support::expect_the_references_pictures_between(*open({}), 60);
}
TEST_F(Gpu, PicturesBetweenInHalfsMatchTheReference) {
  testing_support::expect_the_references_pictures_between(*open({.precision = Precision::half}), 45);
}
TEST_F(Gpu, FieldsAreDrawnAsByTheReference) {
  testing_support::expect_the_references_field(*open({.precision = Precision::half}));
}
TEST_F(Gpu, UpscalerInF32MatchesTheReference) {
  upscale_against_reference({}, 80, 5e-3);
}
/// Here passes store halfs, which have 11 bits.
TEST_F(Gpu, UpscalerInOurKernelsMatchesTheReference) {
  upscale_against_reference({.precision = Precision::half}, 72, 1e-2);
}
/// Where blocks cannot wait for one another, as in a context joined to Vulkan's, each layer is a launch.
TEST_F(Gpu, UpscalerLayerByLayerMatchesTheReference) {
  setenv("NEURASTER_SIMULATED_ALONE", "1", 1);
  upscale_against_reference({.precision = Precision::half}, 72, 1e-2);
  unsetenv("NEURASTER_SIMULATED_ALONE");
}
TEST_F(Gpu, UpscalerInCudnnHalfsMatchesTheReference) {
  upscale_against_reference({.precision = Precision::half, .fused = false}, 72, 1e-2);
}

TEST_F(Gpu, DebugViewsMatchTheReference) {
  testing_support::expect_the_references_views(*open());
}

/// Here the views need what the passes of a frame do without. A pixel may lie on the other side of a
/// threshold.
TEST_F(Gpu, DebugViewsInHalfsMatchTheReference) {
  testing_support::expect_the_references_views(*open({.precision = Precision::half}), 5e-2);
}

TEST_F(Gpu, AtMostSixLaunches) {
  const Size output{192, 108};
  const auto cuda = open({.precision = Precision::half});
  neural::Upscaler upscaler(*cuda, synthetic::noisy_weights(), output);
  synthetic::DeviceFrames frames(*cuda, output);
  for (int n = 0; n < 4; ++n)
    upscaler.process(frames.io(synthetic::make_frame({}, {96, 54}, output, n, false)));
  fmt::print("{} launches\n", cuda->launches());
  EXPECT_LE(cuda->launches(), 6);
}

/// Compares gradients of the per-pixel passes and the network on GPU and CPU, for one step of the recurrence.
TEST_F(Gpu, GradientsMatchTheReference) {
  const Size render{17, 11}, output{34, 22};
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const neural::Weights weights = synthetic::noisy_weights();
  const auto gradient_of = [&](compute::Backend& backend) {
    neural::Parameters<float> parameters(backend, plan);
    parameters.load(weights.values);
    parameters.zero_gradient();
    const std::size_t values = static_cast<std::size_t>(output.width * output.height) * 4;
    std::vector<std::unique_ptr<compute::Memory>> out, g;
    std::vector<std::unique_ptr<neural::Carry<float>>> carries;
    std::vector<std::unique_ptr<neural::FrameStep<float>>> steps;
    std::vector<std::unique_ptr<neural::NetworkRun<float>>> networks;
    std::vector<synthetic::DeviceFrames> buffers;
    buffers.reserve(3);
    for (int n = 0; n < 3; ++n) buffers.emplace_back(backend, output);
    for (int n = 0; n < 3; ++n) {
      const auto i = static_cast<std::size_t>(n);
      out.push_back(backend.allocate(values * 4));
      g.push_back(backend.allocate(values * 4));
      std::vector<float> seed = noise({16, 1, static_cast<int>(values / 16) + 1}, 9 + i);
      backend.copy_in(g[i]->data(), seed.data(), values * 4);
      carries.push_back(std::make_unique<neural::Carry<float>>(backend, render, output, true));
      steps.push_back(std::make_unique<neural::FrameStep<float>>(backend, render, output, true));
      networks.push_back(std::make_unique<neural::NetworkRun<float>>(backend, plan, parameters,
                                                                     neural::padded_size(render), true));
      const auto frame = synthetic::make_frame({}, render, output, n, false);
      steps[i]->forward(*networks[i], buffers[i].io(frame), n ? carries[i - 1].get() : nullptr, *carries[i],
                        static_cast<float*>(out[i]->data()));
    }
    for (auto& carry : carries) carry->zero_gradient();
    for (std::size_t i = 3; i-- > 0;)
      steps[i]->backward(*networks[i], static_cast<float*>(g[i]->data()), i ? carries[i - 1].get() : nullptr,
                         *carries[i]);
    std::vector<float> gradient(plan.parameter_count());
    parameters.read_gradient(gradient);
    return gradient;
  };
  const auto cuda = open(), reference = compute::make_reference<float>();
  EXPECT_LT(worst(gradient_of(*cuda), gradient_of(*reference)), 2e-3);
}

/// Compares the trainer itself, without TF32, and then whole frames. Sums run in another order, and Adam
/// divides by small numbers: for that, CPU and reference differ by at most 2e-6 of the loss. 1e-4 leaves room
/// for how each processor contracts and rounds.
TEST_F(Gpu, TheFirstLossesAreTheCpus) {
  const auto train = [](auto&& make) {
    neural::TrainerSettings settings = synthetic::small_settings();
    settings.threads = 1;
    settings.open = make;
    neural::TrainingSession session(settings, neural::initial_weights(1));
    synthetic::add_sequences(session);
    std::vector<double> losses = synthetic::losses(session, which_gpu::training_rounds);
    losses.push_back(session.validate(session.weights()).psnr_db);
    return losses;
  };
  const auto gpu = train([] { return open(); });
  const auto cpu = train(neural::TrainerSettings{}.open);
  ASSERT_EQ(gpu.size(), 2u * which_gpu::training_rounds + 1);
  for (std::size_t i = 0; i < gpu.size(); ++i) EXPECT_NEAR(gpu[i], cpu[i], 1e-4 * cpu[i]) << "step " << i;
}

}  // namespace
