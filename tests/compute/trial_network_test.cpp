// A network that compute/ has never heard of: three layers between two passes of a family of its own. Adding
// it takes this file and nothing else; docs/adding.md walks through it.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "compute/reference/reference.h"
#include "core/error.h"
#include "core/random.h"
#include "neural/network/run.h"

namespace {

using core::Size;

// --- the view, the passes, the family --------------------------------------------------------------------

/// Brightness [height][width] to a network's input of 16 channels, and its output back.
template <typename T>
struct TrialView {
  Size size, padded;
  const T* brightness = nullptr;
  T* input = nullptr;         ///< [1][padded][16]
  const T* output = nullptr;  ///< [1][padded][16]
  T* result = nullptr;        ///< [height][width]
};
enum class TrialPass { spread, collect };

template <typename T>
std::int64_t channel_of(const TrialView<T>& v, int x, int y) {
  return (std::int64_t{y} * v.padded.width + x) * compute::block_channels;
}
template <typename T>
void spread_row(const void* view, int y) {
  const auto& v = *static_cast<const TrialView<T>*>(view);
  for (int x = 0; x < v.size.width; ++x)
    for (int c = 0; c < 4; ++c)
      v.input[channel_of(v, x, y) + c] = std::pow(v.brightness[y * v.size.width + x], T(c + 1));
}
template <typename T>
void collect_row(const void* view, int y) {
  const auto& v = *static_cast<const TrialView<T>*>(view);
  for (int x = 0; x < v.size.width; ++x) {
    T sum = 0;
    for (int c = 0; c < 3; ++c) sum += v.output[channel_of(v, x, y) + c];
    v.result[y * v.size.width + x] = sum;
  }
}
template <typename T>
int rows(const void* view) {
  return static_cast<const TrialView<T>*>(view)->size.height;
}

template <typename T>
constexpr compute::HostPass trial_passes[] = {{"spread", rows<T>, spread_row<T>, nullptr},
                                              {"collect", rows<T>, collect_row<T>, nullptr}};
template <typename T>
constexpr compute::PassFamily trial_family{"trial", compute::scalar_name<T>, sizeof(TrialView<T>),
                                           trial_passes<T>};

// --- the network -----------------------------------------------------------------------------------------

compute::NetworkPlan trial_plan() {
  compute::NetworkPlan p;
  const int wide = p.convolve("widen", p.input(4), 16, 1);
  const int half = p.convolve("shrink", wide, 16, 3, 2);
  p.convolve("answer", p.upsample(half), 3, 3, 1, false);
  return p;
}

// --- the step --------------------------------------------------------------------------------------------

template <typename T>
std::vector<T> run_trial(compute::BackendOf<T>& backend, Size size, const std::vector<T>& brightness) {
  const compute::NetworkPlan plan = trial_plan();
  neural::Parameters<T> parameters(backend, plan);
  core::Random random(5);
  std::vector<T> weights(plan.parameter_count());
  for (T& x : weights) x = static_cast<T>(0.2 * random.normal());
  parameters.load(weights);
  const Size padded{(size.width + 7) / 8 * 8, (size.height + 7) / 8 * 8};
  neural::NetworkRun<T> network(backend, plan, parameters, padded, false);
  const std::size_t values = compute::Shape{16, padded.height, padded.width}.elements();
  const auto in = backend.allocate(values * sizeof(T)), out = backend.allocate(values * sizeof(T)),
             picture = backend.allocate(brightness.size() * sizeof(T)),
             result = backend.allocate(brightness.size() * sizeof(T));
  backend.copy_in(picture->data(), brightness.data(), brightness.size() * sizeof(T));
  const TrialView<T> view{size,
                          padded,
                          static_cast<const T*>(picture->data()),
                          static_cast<T*>(in->data()),
                          static_cast<const T*>(out->data()),
                          static_cast<T*>(result->data())};
  compute::PassesOf<TrialPass, TrialView<T>> passes(backend.passes(trial_family<T>));
  passes.run(TrialPass::spread, view);
  network.forward(view.input, static_cast<T*>(out->data()));
  passes.run(TrialPass::collect, view);
  std::vector<T> picture_out(brightness.size());
  backend.copy_out(picture_out.data(), result->data(), picture_out.size() * sizeof(T));
  return picture_out;
}

std::vector<double> noise(Size size) {
  core::Random random(6);
  std::vector<double> values(static_cast<std::size_t>(size.width * size.height));
  for (double& x : values) x = random.uniform();
  return values;
}

/// Sums of 150 products in float against double.
TEST(TrialNetwork, RunsOnTheReferenceInFloatAndDouble) {
  const Size size{19, 13};
  const std::vector<double> brightness = noise(size);
  const auto in_double = compute::make_reference<double>();
  const auto in_float = compute::make_reference<float>();
  const auto exact = run_trial<double>(*in_double, size, brightness);
  const auto rounded = run_trial<float>(*in_float, size, {brightness.begin(), brightness.end()});
  double largest = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(rounded[i], exact[i], 1e-5) << i;
    largest = std::max(largest, std::abs(exact[i]));
  }
  EXPECT_GT(largest, 0.1) << "the network has to say something";
}

/// The module has no such family: its plain loops run there, on all threads.
TEST(TrialNetwork, RunsOnTheCpuBackendThatDoesNotKnowIt) {
  std::unique_ptr<compute::Backend> cpu;
  try {
    cpu = compute::open_backend("cpu", {.threads = 2});
  } catch (const core::Error& error) {
    GTEST_SKIP() << error.what();
  }
  const Size size{37, 21};
  const std::vector<double> brightness = noise(size);
  const std::vector<float> floats(brightness.begin(), brightness.end());
  const auto reference = compute::make_reference<float>();
  const auto expected = run_trial<float>(*reference, size, floats),
             got = run_trial<float>(*cpu, size, floats);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

/// A module of another version has other passes by the same name.
TEST(PassFamilies, AnotherVersionIsRefused) {
  struct Compiled {
    std::string_view name, view;
    std::size_t view_bytes;
    std::span<const compute::HostPass> passes;
  };
  const auto find = [](const Compiled& compiled) {
    const Compiled* const all[] = {&compiled};
    return compute::find_family(std::span<const Compiled* const>(all), trial_family<float>);
  };
  const Compiled same{"trial", "f32", sizeof(TrialView<float>), trial_passes<float>};
  EXPECT_EQ(find(same), &same);
  EXPECT_EQ(find({"trial", "f16", 8, {}}), nullptr);
  EXPECT_EQ(find({"other", "f32", 8, {}}), nullptr);
  EXPECT_THROW(find({"trial", "f32", sizeof(TrialView<float>) + 8, trial_passes<float>}), core::Error);
  EXPECT_THROW(find({"trial", "f32", sizeof(TrialView<float>), std::span(trial_passes<float>).first(1)}),
               core::Error);
}

/// A view of halfs has no loops on the host.
TEST(PassFamilies, ViewsForDevicesAreRefusedOnTheHost) {
  const compute::HostPass names[] = {{"spread"}};
  const compute::PassFamily family{"trial", "f16", 8, names};
  EXPECT_THROW(compute::make_reference<float>()->passes(family), core::Error);
}

}  // namespace
