// Runs the kernels under ThreadSanitizer, which sees each of CUDA's threads as a thread: if two of them touch
// the same place without a barrier between, the process fails at its end. racecheck sees shared memory alone,
// this sees all memory.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "compute/cuda/runtime.h"
#include "neural/upscale/plan.h"
#include "race_kernels.h"
#include "tests/support/device_frame.h"

namespace {

using core::Size;

std::unique_ptr<compute::Backend> open(compute::Precision precision) {
  return compute::open_backend("cuda", {.precision = precision, .cudnn = NEURASTER_SIMULATED},
                               NEURASTER_SANITIZED);
}

void upscale(compute::Precision precision) {
  const Size output{46, 30};
  const auto backend = open(precision);
  neural::Upscaler upscaler(*backend, synthetic::noisy_weights(), output);
  synthetic::DeviceFrames frames(*backend, output);
  for (int n = 0; n < 3; ++n) {
    const Size render = n < 2 ? Size{23, 15} : Size{31, 20};
    const auto frame = synthetic::make_frame({}, render, output, n, false);
    upscaler.process(frames.io(frame));
    EXPECT_FALSE(frames.output(frame.info).empty());
  }
}

TEST(Races, NoneInOurKernels) {
  upscale(compute::Precision::half);
}
TEST(Races, NoneInThePasses) {
  upscale(compute::Precision::f32);
}

/// Gradients add atomically to places that threads share.
TEST(Races, NoneInAStepOfTraining) {
  const Size render{17, 11}, output{34, 22};
  const compute::NetworkPlan& plan = neural::upscaler_plan();
  const auto backend = open(compute::Precision::f32);
  neural::Parameters<float> parameters(*backend, plan);
  parameters.load(synthetic::noisy_weights().values);
  parameters.zero_gradient();
  synthetic::DeviceFrames buffers(*backend, output);
  const std::size_t bytes = static_cast<std::size_t>(output.width * output.height) * 16;
  const auto first = backend->allocate(bytes), second = backend->allocate(bytes),
             g = backend->allocate(bytes);
  neural::NetworkRun<float> network(*backend, plan, parameters, neural::padded_size(render), true);
  neural::Carry<float> past(*backend, render, output, true), next(*backend, render, output, true);
  neural::FrameStep<float> step(*backend, render, output, true);
  const auto linear = [](const auto& memory) { return static_cast<float*>(memory->data()); };
  step.forward(network, buffers.io(synthetic::make_frame({}, render, output, 0, false)), nullptr, past,
               linear(first));
  step.forward(network, buffers.io(synthetic::make_frame({}, render, output, 1, false)), &past, next,
               linear(second));
  past.zero_gradient();
  next.zero_gradient();
  step.backward(network, linear(g), &past, next);
  std::vector<float> gradient(plan.parameter_count());
  parameters.read_gradient(gradient);
}

float sum_of_ones(bool waits) {
  constexpr unsigned blocks = 5;
  const compute::cuda::Stream stream = compute::cuda::make_stream();
  const compute::cuda::DeviceMemory values(blocks * 64 * sizeof(float), stream.get()),
      sums(blocks * sizeof(float), stream.get());
  const std::vector<float> ones(blocks * 64, 1.0f);
  using compute::cuda::check;
  check(cudaMemcpyAsync(values.get(), ones.data(), values.bytes(), cudaMemcpyHostToDevice, stream.get()), "");
  check(sum_blocks(values.as<float>(), sums.as<float>(), blocks, waits, stream.get()), "");
  float sum = 0;
  check(cudaMemcpyAsync(&sum, sums.get(), sizeof sum, cudaMemcpyDeviceToHost, stream.get()), "");
  check(cudaStreamSynchronize(stream.get()), "");
  return sum;
}

TEST(Races, NoneWithABarrier) {
  EXPECT_EQ(sum_of_ones(true), 64);
}

/// Runs in a process of its own, which has to fail.
TEST(Races, AMissingBarrierIsFound) {
  if (std::getenv("NEURASTER_INSIDE")) {
    sum_of_ones(false);
    return;
  }
  const std::string command =
      "NEURASTER_INSIDE=1 " + std::filesystem::read_symlink("/proc/self/exe").string() +
      " --gtest_filter=Races.AMissingBarrierIsFound 2>&1 | grep -q 'ThreadSanitizer: data race'";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
