// Every operation of a backend against the reference.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "compute/reference/reference.h"
#include "core/file.h"
#include "core/random.h"
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"
#include "tests/support/scratch.h"

namespace {

using compute::ConvolutionSpec;
using compute::NetworkPlan;
using compute::Shape;
using core::Random;
using core::Size;
using neural::NetworkRun;
using neural::Parameters;

template <typename T>
std::vector<T> noise(std::size_t count, std::uint64_t seed, double scale = 1) {
  Random random(seed);
  std::vector<T> values(count);
  for (T& x : values) x = static_cast<T>(scale * random.normal());
  return values;
}

/// Values with zeros in the padding channels, as the interface promises.
template <typename T>
std::vector<T> blocked_noise(Shape shape, std::uint64_t seed) {
  std::vector<T> values = noise<T>(shape.elements(), seed);
  const std::size_t plane =
      static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width) * 16;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (static_cast<int>(i / plane * 16 + i % 16) >= shape.channels) values[i] = 0;
  return values;
}

double worst_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double worst = 0, largest = 1e-6;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(a[i]) - b[i]));
    largest = std::max(largest, std::abs(static_cast<double>(b[i])));
  }
  return worst / largest;
}

std::unique_ptr<compute::Backend> cpu_or_null(compute::Precision precision = compute::Precision::f32) {
  try {
    if (!compute::backend_supports("cpu", precision)) return nullptr;
    return compute::open_backend("cpu", {2, precision});
  } catch (const std::exception&) {
    return nullptr;
  }
}

TEST(Network, StaysWithinItsBudget) {
  const NetworkPlan& plan = neural::upscaler_plan();
  EXPECT_LE(plan.parameter_count(), 150'000u);
  EXPECT_LE(plan.macs_per_pixel(), 12'000);
  RecordProperty("parameters", static_cast<int>(plan.parameter_count()));
  RecordProperty("macs_per_pixel", static_cast<int>(plan.macs_per_pixel()));
}

struct ConvolutionCase {
  ConvolutionSpec spec;
  int height, width;
};

struct ConvolutionResult {
  std::vector<float> output, g_source, g_weights, g_bias;
};

ConvolutionResult run_convolution(compute::Backend& backend, const ConvolutionCase& c, bool training) {
  const Shape from{c.spec.in, c.height, c.width};
  const Shape to{c.spec.out, (c.height - 1) / c.spec.stride + 1, (c.width - 1) / c.spec.stride + 1};
  const auto source = backend.tensor(from, training), destination = backend.tensor(to, training);
  const auto parameter = backend.parameter(c.spec);
  const auto out = static_cast<std::size_t>(c.spec.out);
  parameter->load(noise<float>(c.spec.weight_count(), 2, 0.1), noise<float>(out, 3));
  const auto operation = backend.convolution(c.spec, source, parameter, destination, training);
  backend.write(*source, blocked_noise<float>(from, 1).data());
  operation->forward();
  ConvolutionResult r{std::vector<float>(to.elements()), {}, {}, {}};
  backend.read(*destination, r.output.data());
  if (!training) return r;
  r.g_source.resize(from.elements());
  r.g_weights.resize(c.spec.weight_count());
  r.g_bias.resize(out);
  parameter->zero_gradient();
  // Twice, adding up, as a step of training does it.
  for (const bool accumulate : {false, true}) {
    backend.write_gradient(*destination, blocked_noise<float>(to, 4).data());
    operation->backward(accumulate);
  }
  backend.read_gradient(*source, r.g_source.data());
  parameter->read_gradient(r.g_weights, r.g_bias);
  return r;
}

const std::vector<ConvolutionCase> convolution_cases = {
    {{32, 16, 1, 1, true}, 9, 13},  {{16, 16, 3, 1, true}, 17, 5}, {{16, 32, 3, 2, true}, 18, 10},
    {{32, 48, 3, 2, true}, 7, 11},  {{64, 64, 3, 1, true}, 3, 5},  {{48, 32, 3, 1, false}, 1, 1},
    {{16, 23, 1, 1, false}, 9, 31}, {{64, 16, 3, 1, true}, 33, 29}};

/// f32 sums in another order: 1e-5 of the largest value is some ten roundings of a sum of 576 terms.
TEST(CpuBackend, ConvolutionsMatchTheReference) {
  const auto cpu = cpu_or_null();
  if (!cpu) GTEST_SKIP() << "no CPU backend";
  const auto reference = compute::make_reference<float>();
  for (const ConvolutionCase& c : convolution_cases) {
    const auto a = run_convolution(*cpu, c, true), b = run_convolution(*reference, c, true);
    SCOPED_TRACE(std::to_string(c.spec.in) + "->" + std::to_string(c.spec.out) + " k" +
                 std::to_string(c.spec.kernel));
    EXPECT_LT(worst_difference(a.output, b.output), 1e-5);
    EXPECT_LT(worst_difference(a.g_source, b.g_source), 1e-5);
    EXPECT_LT(worst_difference(a.g_weights, b.g_weights), 2e-5);
    EXPECT_LT(worst_difference(a.g_bias, b.g_bias), 2e-5);
  }
}

/// bf16 keeps 8 bits: 2 % of the largest value.
TEST(CpuBackend, Bf16ConvolutionsAreClose) {
  if (!cpu_or_null()) GTEST_SKIP() << "no CPU backend";
  const auto cpu = cpu_or_null(compute::Precision::bf16);
  if (!cpu) {
    const std::string said = testing_support::message_of(
        [] { compute::open_backend("cpu", {.threads = 2, .precision = compute::Precision::bf16}); });
    EXPECT_NE(said.find("does not compute in bf16"), std::string::npos) << said;
    return;
  }
  const auto reference = compute::make_reference<float>();
  for (const ConvolutionCase& c : convolution_cases)
    EXPECT_LT(worst_difference(run_convolution(*cpu, c, false).output,
                               run_convolution(*reference, c, false).output),
              2e-2);
}

TEST(CpuBackend, EveryLayerOfTheNetworkMatchesTheReference) {
  const auto cpu = cpu_or_null();
  if (!cpu) GTEST_SKIP() << "no CPU backend";
  const auto reference = compute::make_reference<float>();
  const NetworkPlan& plan = neural::upscaler_plan();
  const auto weights = noise<float>(plan.parameter_count(), 5, 0.08);
  const Size size{40, 24};
  const auto input = blocked_noise<float>({neural::feature_channels, size.height, size.width}, 6);
  const auto g_head = blocked_noise<float>({neural::head_channels, size.height, size.width}, 7);
  struct Run {
    std::vector<std::vector<float>> layers;
    std::vector<float> g_features, g_weights;
  };
  const auto run = [&](compute::Backend& backend) {
    Parameters<float> parameters(backend, plan);
    parameters.load(weights);
    NetworkRun<float> network(backend, plan, parameters, size, true);
    std::vector<float> head(input.size());
    network.forward(input.data(), head.data());
    Run r{{}, std::vector<float>(input.size()), std::vector<float>(plan.parameter_count())};
    for (std::size_t i = 0; i < plan.layers().size(); ++i) r.layers.push_back(network.value_of_layer(i));
    parameters.zero_gradient();
    network.backward(g_head.data(), r.g_features.data());
    parameters.read_gradient(r.g_weights);
    return r;
  };
  const Run a = run(*cpu), b = run(*reference);
  for (std::size_t i = 0; i < a.layers.size(); ++i)
    EXPECT_LT(worst_difference(a.layers[i], b.layers[i]), 2e-5) << "layer " << i;
  EXPECT_LT(worst_difference(a.g_features, b.g_features), 5e-5);
  EXPECT_LT(worst_difference(a.g_weights, b.g_weights), 5e-5);
}

/// A layout that oneDNN has no kernel for costs a factor of a hundred and no error.
TEST(CpuBackend, NoConvolutionFallsBackToTheSlowOne) {
  for (const auto precision : {compute::Precision::f32, compute::Precision::bf16}) {
    const auto cpu = cpu_or_null(precision);
    if (!cpu && precision == compute::Precision::f32) GTEST_SKIP() << "no CPU backend";
    if (!cpu) continue;
    Parameters<float> parameters(*cpu, neural::upscaler_plan());
    NetworkRun<float> network(*cpu, neural::upscaler_plan(), parameters, {480, 272}, false);
    for (const std::string& name : network.implementations()) EXPECT_NE(name.rfind("ref", 0), 0u) << name;
    EXPECT_NE(network.implementations().front(), "");
  }
}

/// Writes input and output of the shipped network for tools/network.py, into NEURASTER_NETWORK_DUMP where it
/// names a folder.
TEST(Network, DumpForTools) {
  const char* wanted = std::getenv("NEURASTER_NETWORK_DUMP");
  const std::filesystem::path folder = wanted ? wanted : testing_support::scratch();
  const auto reference = compute::make_reference<float>();
  const NetworkPlan& plan = neural::upscaler_plan();
  Parameters<float> parameters(*reference, plan);
  parameters.load(neural::load_weights("assets/weights/neuraster.safetensors").values);
  const Size size{40, 24};
  NetworkRun<float> network(*reference, plan, parameters, size, false);
  const auto features = blocked_noise<float>({neural::feature_channels, size.height, size.width}, 6);
  std::vector<float> head(features.size());
  network.forward(features.data(), head.data());
  const auto write = [&](const char* name, const std::vector<float>& blocked, int channels) {
    const std::size_t plane = static_cast<std::size_t>(size.width * size.height);
    std::vector<float> plain;
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c)
      for (std::size_t i = 0; i < plane; ++i) plain.push_back(blocked[(c / 16 * plane + i) * 16 + c % 16]);
    core::write_file(folder / name, std::as_bytes(std::span(plain)));
    EXPECT_EQ(std::filesystem::file_size(folder / name),
              sizeof(float) * 40 * 24 * static_cast<std::size_t>(channels));
  };
  write("features.f32", features, neural::feature_channels);
  write("head.f32", head, neural::head_channels);
}

}  // namespace
