// The fused network on Vulkan against the reference, layer by layer: the upscaler's plan between the plain
// arrays of a test's family.

#include <fmt/core.h>

#include <algorithm>

#include "compute/interop.h"
#include "compute/reference/reference.h"
#include "fixture.h"
#include "neural/network/run.h"
#include "neural/upscale/plan.h"
#include "trial_family.h"

namespace {

using compute::Backend;
using compute::Shape;
using core::Size;
using neural::NetworkRun;
using neural::Parameters;
using neural::upscaler_plan;
using namespace testing_support;

using VulkanNetwork = VulkanTest;

constexpr int channels = 32;

Size padded_size(Size size) {
  return {(size.width + 7) / 8 * 8, (size.height + 7) / 8 * 8};
}

/// Weights that keep the values near one through the layers.
std::vector<float> weights() {
  std::vector<float> flat(upscaler_plan().parameter_count());
  core::Random random(4);
  for (const compute::Layer& layer : upscaler_plan().layers()) {
    if (layer.kind != compute::Layer::Kind::convolution) continue;
    const double fan_in = layer.spec.in * layer.spec.kernel * layer.spec.kernel;
    for (std::size_t i = 0; i < layer.spec.weight_count(); ++i)
      flat[layer.first_weight + i] = static_cast<float>(random.normal() * std::sqrt(2 / fan_in));
    for (std::size_t i = 0; i < static_cast<std::size_t>(layer.spec.out); ++i)
      flat[layer.first_bias + i] = static_cast<float>(0.1 * random.normal());
  }
  return flat;
}

/// [height][width][32] to the interface's layout at the padded size, and back.
std::vector<float> to_blocks(const std::vector<float>& pixels, Size size) {
  const Size padded = padded_size(size);
  std::vector<float> blocks(Shape{channels, padded.height, padded.width}.elements());
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < channels; ++c)
        blocks[static_cast<std::size_t>(((c / 16 * padded.height + y) * padded.width + x) * 16 + c % 16)] =
            pixels[static_cast<std::size_t>((y * size.width + x) * channels + c)];
  return blocks;
}
std::vector<float> from_blocks(const std::vector<float>& blocks, Size size) {
  const Size padded = padded_size(size);
  std::vector<float> pixels;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < channels; ++c)
        pixels.push_back(blocks[static_cast<std::size_t>(
            ((c / 16 * padded.height + y) * padded.width + x) * 16 + c % 16)]);
  return pixels;
}

/// The network's output for each pixel, by its layers one by one.
std::vector<float> by_layers(Backend& backend, const std::vector<float>& features, Size size) {
  Parameters<float> parameters(backend, upscaler_plan());
  parameters.load(weights());
  NetworkRun<float> network(backend, upscaler_plan(), parameters, padded_size(size), false);
  const std::vector<float> blocks = to_blocks(features, size);
  const auto in = upload(backend, blocks), out = backend.allocate(blocks.size() * sizeof(float));
  network.forward(static_cast<const float*>(in->data()), static_cast<float*>(out->data()));
  return from_blocks(download(backend, *out, blocks.size()), size);
}

/// The same by the fused network. S is what its tensors store.
template <typename S>
class Fused {
 public:
  explicit Fused(Backend& backend) : backend_(backend), parameters_(backend, upscaler_plan()) {
    parameters_.load(weights());
    network_ = backend.fuse(trial_family<S>(), upscaler_plan(), parameters_.list());
  }
  compute::FusedNetwork* network() { return network_.get(); }
  void prepare(const std::vector<float>& features, Size size) {
    view_.size = size;
    view_.padded = padded_size(size);
    in_ = upload(backend_, features);
    out_ = backend_.allocate(features.size() * sizeof(float));
    scratch_ = backend_.allocate(network_->scratch_bytes(view_.padded));
    view_.features = static_cast<const float*>(in_->data());
    view_.head = static_cast<float*>(out_->data());
  }
  void enqueue() { network_->forward(&view_, view_.padded, scratch_->data()); }
  std::vector<float> result() {
    return download(backend_, *out_, core::area(view_.size) * static_cast<std::size_t>(channels));
  }
  std::vector<float> run(const std::vector<float>& features, Size size) {
    prepare(features, size);
    enqueue();
    return result();
  }

 private:
  Backend& backend_;
  Parameters<float> parameters_;
  std::unique_ptr<compute::FusedNetwork> network_;
  std::unique_ptr<compute::Memory> in_, out_, scratch_;
  TrialView<S> view_;
};

std::vector<float> features_of(Size size) {
  return noise(core::area(size) * static_cast<std::size_t>(channels), 7);
}

constexpr Size sizes[] = {{37, 21}, {8, 8}, {1, 1}, {50, 67}};

/// Through twelve layers in floats: sums in another order.
TEST_F(VulkanNetwork, InFloatsIsTheReferences) {
  const auto reference = compute::make_reference<float>();
  const BackendPtr backend = open();
  Fused<float> fused(*backend);
  ASSERT_TRUE(fused.network());
  for (const Size size : sizes) {
    SCOPED_TRACE(fmt::format("{}x{}", size.width, size.height));
    const auto features = features_of(size);
    const auto expected = by_layers(*reference, features, size);
    EXPECT_LT(worst(fused.run(features, size), expected), 1e-4);
    EXPECT_LT(worst(by_layers(*backend, features, size), expected), 1e-4);
  }
}

/// Through twelve layers that store 11 bits each: 2 % of the largest value; CUDA's kernels are as good.
TEST_F(VulkanNetwork, InHalfsIsCloseToTheReference) {
  const auto reference = compute::make_reference<float>();
  for (const std::string product : {"half_stored", "halfs"}) {
    const BackendPtr backend = open(product);
    Fused<compute::f16> fused(*backend);
    ASSERT_TRUE(fused.network());
    for (const Size size : sizes) {
      SCOPED_TRACE(fmt::format("{} {}x{}", product, size.width, size.height));
      const auto features = features_of(size);
      const auto expected = by_layers(*reference, features, size);
      EXPECT_LT(worst(fused.run(features, size), expected), 0.02);
      EXPECT_LT(worst(by_layers(*backend, features, size), expected), 0.02);
    }
  }
}

/// As BackendOptions ask.
TEST_F(VulkanNetwork, CanBeLeftUnfused) {
  compute::BackendOptions options;
  options.fused = false;
  const BackendPtr backend = open("floats", options);
  EXPECT_FALSE(Fused<float>(*backend).network());
  EXPECT_NE(backend->description().find("layer by layer"), std::string::npos) << backend->description();
}

/// A dispatch a stage: what a frame's network costs, by the stages' own count.
TEST_F(VulkanNetwork, CountsWhatAFrameCosts) {
  const BackendPtr backend = open("half_stored");
  Fused<compute::f16> fused(*backend);
  const Size size{64, 40};
  fused.prepare(features_of(size), size);
  backend->finish();
  backend->interop()->time_stages(true);
  backend->group(0, [&] { fused.enqueue(); });
  backend->finish();
  const auto stages = backend->interop()->stages();
  std::uint64_t operations = 0, bytes = 0;
  for (const compute::Stage& stage : stages) {
    operations += stage.operations, bytes += stage.bytes;
    EXPECT_TRUE(stage.milliseconds.value_or(-1) >= 0) << stage.name;
    fmt::print("{:12} {:10} multiply-adds {:9} bytes {:8.3f} ms\n", stage.name, stage.operations, stage.bytes,
               stage.milliseconds.value_or(0));
  }
  fmt::print("{} dispatches, {:.0f} multiply-adds and {:.0f} bytes a pixel\n", stages.size(),
             static_cast<double>(operations) / static_cast<double>(core::area(size)),
             static_cast<double>(bytes) / static_cast<double>(core::area(size)));
  EXPECT_EQ(stages.size(), static_cast<std::size_t>(backend->launches()));
  EXPECT_EQ(stages.front().name, "squeeze");
  EXPECT_EQ(stages.back().name, "head");
  EXPECT_NEAR(static_cast<double>(operations),
              upscaler_plan().macs_per_pixel() * static_cast<double>(core::area(size)), 1);
}

}  // namespace
