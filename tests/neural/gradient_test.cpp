// Every gradient against finite differences, in double: operations, passes, and the whole recurrent step.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "compute/reference/reference.h"
#include "core/random.h"
#include "neural/upscale/frame_step.h"
#include "neural/upscale/plan.h"
#include "tests/support/synthetic_scene.h"

namespace {

using compute::BackendOf;
using compute::ConvolutionSpec;
using compute::NetworkPlan;
using compute::Shape;
using core::Size;
using neural::Carry;
using neural::FrameStep;
using neural::NetworkRun;
using neural::Parameters;
using neural::Pass;

std::vector<double> noise(std::size_t count, std::uint64_t seed, double scale = 1) {
  core::Random random(seed);
  std::vector<double> values(count);
  for (double& x : values) x = scale * random.normal();
  return values;
}

/// Values and where the gradient of the loss with respect to each lies.
using Values = std::vector<std::pair<double*, double*>>;

void add(Values& values, double* first, double* gradient, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) values.emplace_back(first + i, gradient + i);
}

/// The loss is the outputs' sum with random weights, which are written where the outputs' gradients lie, so
/// that `backward` finds them. What it adds to the inputs' gradients is compared along random directions, and
/// along the input with the largest gradient.
void check(const Values& inputs, const Values& outputs, const std::function<void()>& forward,
           const std::function<void()>& backward) {
  forward();
  const std::vector<double> seeds = noise(outputs.size(), 77);
  for (const auto& [value, gradient] : inputs) *gradient = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) *outputs[i].second = seeds[i];
  backward();
  std::vector<double> gradients;
  std::size_t most = 0;
  for (const auto& [value, gradient] : inputs) {
    gradients.push_back(*gradient);
    if (std::abs(*gradient) > std::abs(gradients[most])) most = gradients.size() - 1;
  }
  ASSERT_NE(gradients[most], 0) << "nothing depends on the inputs";
  std::vector<double> start;
  for (const auto& [value, gradient] : inputs) start.push_back(*value);
  const auto loss = [&](const std::vector<double>& direction, double step) {
    for (std::size_t i = 0; i < inputs.size(); ++i) *inputs[i].first = start[i] + step * direction[i];
    forward();
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) sum += seeds[i] * *outputs[i].first;
    return sum;
  };
  int kinks = 0;
  const auto compare = [&](const std::vector<double>& direction, const char* what) {
    double predicted = 0, size = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      predicted += gradients[i] * direction[i];
      size += std::abs(gradients[i] * direction[i]);
    }
    // Both sides, which differ where a clamp begins just here: then either, or what lies between, is right.
    const double step = 1e-7, here = loss(direction, 0), tolerance = 1e-6 * size + 1e-8;
    const double before = (here - loss(direction, -step)) / step,
                 after = (loss(direction, step) - here) / step;
    EXPECT_GE(predicted, std::min(before, after) - tolerance) << what;
    EXPECT_LE(predicted, std::max(before, after) + tolerance) << what;
    kinks += std::abs(after - before) > 2 * tolerance;
  };
  for (std::uint64_t d = 0; d < 3; ++d) compare(noise(inputs.size(), 20 + d), "along a random direction");
  std::vector<double> one(inputs.size());
  one[most] = 1;
  compare(one, "along the largest");
  EXPECT_LE(kinks, 2) << "of four directions";
  loss(one, 0);
}

TEST(Gradient, OfEveryConvolution) {
  const auto backend = compute::make_reference<double>();
  for (const bool relu : {true, false})
    for (const int kernel : {1, 3})
      for (const int stride : {1, 2})
        for (const Size size : {Size{7, 5}, Size{1, 3}, Size{4, 6}}) {
          if (kernel == 1 && stride == 2) continue;
          SCOPED_TRACE(testing::Message() << kernel << "x" << kernel << " stride " << stride << " relu "
                                          << relu << " " << size.width << "x" << size.height);
          const ConvolutionSpec spec{16, 32, kernel, stride, relu};
          const Shape from{spec.in, size.height, size.width};
          const Shape to{spec.out, (size.height - 1) / stride + 1, (size.width - 1) / stride + 1};
          const auto source = backend->tensor(from, true), destination = backend->tensor(to, true);
          const auto parameter = backend->parameter(spec);
          const auto operation = backend->convolution(spec, source, parameter, destination, true);
          std::vector<double> in = noise(from.elements(), 1), weights = noise(spec.weight_count(), 2, 0.2),
                              bias = noise(static_cast<std::size_t>(spec.out), 3), out(to.elements());
          std::vector<double> g_in(in.size()), g_weights(weights.size()), g_bias(bias.size()),
              g_out(out.size());
          Values inputs, outputs;
          add(inputs, in.data(), g_in.data(), in.size());
          add(inputs, weights.data(), g_weights.data(), weights.size());
          add(inputs, bias.data(), g_bias.data(), bias.size());
          add(outputs, out.data(), g_out.data(), out.size());
          const auto forward = [&] {
            backend->write(*source, in.data());
            parameter->load(weights, bias);
            operation->forward();
            backend->read(*destination, out.data());
          };
          const auto backward = [&] {
            parameter->zero_gradient();
            backend->write_gradient(*destination, g_out.data());
            operation->backward(false);
            backend->read_gradient(*source, g_in.data());
            parameter->read_gradient(g_weights, g_bias);
          };
          check(inputs, outputs, forward, backward);
        }
}

TEST(Gradient, OfUpsampling) {
  const auto backend = compute::make_reference<double>();
  const Shape from{16, 3, 5}, to{16, 6, 10};
  const auto source = backend->tensor(from, true), destination = backend->tensor(to, true);
  const auto operation = backend->upsample(source, destination);
  std::vector<double> in = noise(from.elements(), 1), out(to.elements()), g_in(in.size()), g_out(out.size());
  Values inputs, outputs;
  add(inputs, in.data(), g_in.data(), in.size());
  add(outputs, out.data(), g_out.data(), out.size());
  check(
      inputs, outputs,
      [&] {
        backend->write(*source, in.data());
        operation->forward();
        backend->read(*destination, out.data());
      },
      [&] {
        backend->write_gradient(*destination, g_out.data());
        operation->backward(false);
        backend->read_gradient(*source, g_in.data());
      });
}

/// Frames of a patterned wall and a square before it, with changing exposure and some reactive pixels.
struct Sequence {
  const char* name;
  std::vector<std::pair<Size, Size>> sizes;  ///< render and output, of each frame
  double pan = 0.1;
  int max_reactive = 0;

  /// What memory has to be made for.
  std::pair<Size, Size> largest() const {
    Size render, output;
    for (const auto& [r, o] : sizes) {
      render = {std::max(render.width, r.width), std::max(render.height, r.height)};
      output = {std::max(output.width, o.width), std::max(output.height, o.height)};
    }
    return {render, output};
  }
  synthetic::Frame frame(std::size_t n) const {
    synthetic::Scene scene;
    scene.frequency = 25;
    scene.pan = pan;  // 0: the wall stands still
    synthetic::Frame made =
        synthetic::make_frame(scene, sizes[n].first, sizes[n].second, static_cast<int>(n), false);
    made.info.exposure = 1 + 0.2f * static_cast<float>(n);
    core::Random random(300 + n);
    for (auto& reactive : made.reactive)
      reactive = static_cast<std::uint8_t>(std::lround(random.uniform(0, max_reactive)));
    return made;
  }
};

const std::vector<Sequence> sequences = {
    {"twice the size", {3, {{9, 7}, {18, 14}}}},
    {"an odd scale", {3, {{8, 10}, {13, 15}}}},
    {"a still wall", {3, {{9, 7}, {18, 14}}}, 0},
    {"reactive pixels", {3, {{9, 7}, {18, 14}}}, 0.1, 255},
    {"the same size", {3, {{9, 7}, {9, 7}}}},
    {"scale and sizes change", {{{9, 7}, {18, 14}}, {{10, 9}, {18, 14}}, {{8, 10}, {13, 15}}}, 0.1, 128}};

/// How surely the light has changed, by the history: a quotient that bends so much that both sides differ, so
/// that here the middle counts. Returns the sum of its slopes.
double check_change(neural::UpscalePasses<double>& passes, const neural::StepView<double>& v) {
  const std::size_t render = area(v.render);
  const std::vector<double> seeds = noise(render, 5), direction = noise(3 * render, 6);
  for (std::size_t i = 0; i < render; ++i)
    for (std::size_t c = 0; c < 4; ++c) v.g_history_at_sample[4 * i + c] = c == 3 ? seeds[i] : 0;
  passes.run(Pass::controls, v), passes.run_backward(Pass::controls, v);
  const auto move = [&](double step) {  // the last lane is a difference from the first
    double* const x = v.history_at_sample;
    for (std::size_t i = 0; i < 3 * render; ++i) x[i / 3 * 4 + i % 3] += step * direction[i];
    for (std::size_t i = 0; i < render; ++i) x[4 * i + 3] -= step * direction[3 * i];
  };
  const auto loss = [&](double step) {
    move(step), passes.run(Pass::controls, v);
    double sum = 0;
    for (std::size_t i = 0; i < render; ++i) sum += seeds[i] * v.flow[4 * i + 3];
    move(-step);
    return sum;
  };
  double predicted = 0, size = 0;
  for (std::size_t i = 0; i < 3 * render; ++i) {
    const double part = v.g_history_at_sample[i / 3 * 4 + i % 3] * direction[i];
    predicted += part, size += std::abs(part);
  }
  EXPECT_NEAR(predicted, (loss(1e-7) - loss(-1e-7)) / 2e-7, 1e-5 * size + 1e-8);
  loss(0);
  return size;
}

/// Each pass by itself, in the last of three frames.
TEST(Gradient, OfEveryPass) {
  double slopes = 0;
  const NetworkPlan& plan = neural::upscaler_plan();
  for (const Sequence& sequence : sequences) {
    const auto backend = compute::make_reference<double>();
    Parameters<double> parameters(*backend, plan);
    parameters.load(noise(plan.parameter_count(), 11, 0.12));
    std::vector<synthetic::Frame> frames;
    std::vector<std::unique_ptr<FrameStep<double>>> steps;
    std::vector<std::unique_ptr<Carry<double>>> carries;
    std::vector<std::vector<double>> pictures;
    const auto [max_render, max_output] = sequence.largest();
    for (std::size_t n = 0; n < sequence.sizes.size(); ++n) {
      const auto [render, output] = sequence.sizes[n];
      frames.push_back(sequence.frame(n));
      steps.push_back(std::make_unique<FrameStep<double>>(*backend, max_render, max_output, true));
      carries.push_back(std::make_unique<Carry<double>>(*backend, max_render, max_output, true));
      pictures.emplace_back(4 * area(output));
      NetworkRun<double> network(*backend, plan, parameters, neural::padded_size(render), true);
      steps[n]->forward(network, frames[n].io(nullptr, nullptr), n ? carries[n - 1].get() : nullptr,
                        *carries[n], pictures[n].data());
    }
    neural::StepView<double> v = steps.back()->view();
    ASSERT_FALSE(v.reset);
    const std::size_t render = area(v.render), output = area(v.output), past = area(v.past_output),
                      past_render = area(v.past_render), padded = area(v.padded);
    Carry<double>&now = *carries.back(), &before = *carries[carries.size() - 2];
    std::vector<double> g_out(4 * output);
    v.g_out_linear = g_out.data();
    v.g_kept = now.g_kept;
    v.g_state = now.g_state;
    v.g_past_state = before.g_state;
    v.g_past = before.g_kept;
    const auto colors = [](Values& values, double* first, double* gradient, std::size_t pixels) {
      for (std::size_t i = 0; i < pixels; ++i) add(values, first + 4 * i, gradient + 4 * i, 3);
    };
    neural::UpscalePasses<double> passes(*backend);
    const auto pass = [&](Pass which, const Values& inputs, const Values& outputs) {
      SCOPED_TRACE(testing::Message() << neural::pass_name(which) << ", " << sequence.name);
      check(
          inputs, outputs, [&] { passes.run(which, v); }, [&] { passes.run_backward(which, v); });
    };

    Values inputs, outputs;
    add(inputs, before.kept, v.g_past, 4 * past);
    add(outputs, v.warped, v.g_warped, 4 * output);
    add(outputs, v.warped_count, v.g_warped_count, output);
    pass(Pass::warp, inputs, outputs);

    inputs.clear(), outputs.clear();
    colors(inputs, v.warped, v.g_warped, output);
    add(inputs, v.warped_count, v.g_warped_count, output);
    add(inputs, const_cast<double*>(v.past_state), v.g_past_state, neural::state_channels * past_render);
    add(outputs, v.features, v.g_features, neural::feature_channels * padded);
    colors(outputs, v.history_at_sample, v.g_history_at_sample, render);
    for (std::size_t i = 0; i < render; ++i)  // the instability, on its way into the state
      outputs.emplace_back(v.flow + 4 * i + 3, v.g_state + neural::state_channels * (i + 1) - 1);
    pass(Pass::features, inputs, outputs);

    inputs.clear(), outputs.clear();
    add(inputs, const_cast<double*>(v.head), v.g_head, neural::feature_channels * padded);
    add(outputs, v.controls, v.g_controls, neural::control_channels * render);
    for (std::size_t i = 0; i < neural::state_channels * render; ++i)
      if (i % neural::state_channels != neural::state_channels - 1)
        outputs.emplace_back(v.state + i, v.g_state + i);
    pass(Pass::controls, inputs, outputs);
    if (sequence.pan > 0) slopes += check_change(passes, v);

    inputs.clear(), outputs.clear();
    add(inputs, v.controls, v.g_controls, neural::control_channels * render);
    colors(inputs, v.history_at_sample, v.g_history_at_sample, render);
    add(inputs, v.warped, v.g_warped, 4 * output);
    // A count of 0 is no history, from which nothing leads on.
    for (std::size_t i = 0; i < output; ++i)
      if (v.warped_count[i] > 0) inputs.emplace_back(v.warped_count + i, v.g_warped_count + i);
    colors(outputs, pictures.back().data(), v.g_out_linear, output);
    add(outputs, v.kept, v.g_kept, 4 * output);
    pass(Pass::reconstruct, inputs, outputs);
  }
  EXPECT_GT(slopes, 0) << "no light changed in part";
}

/// The recurrence in double on the reference: a loss of some frames' outputs as a function of the weights,
/// and its gradient through all of them.
class Recurrence {
 public:
  explicit Recurrence(const Sequence& sequence)
      : backend_(compute::make_reference<double>()),
        plan_(neural::upscaler_plan()),
        parameters_(*backend_, plan_) {
    const auto [max_render, max_output] = sequence.largest();
    for (std::size_t n = 0; n < sequence.sizes.size(); ++n) {
      frames_.push_back(sequence.frame(n));
      const auto [render, output] = sequence.sizes[n];
      steps_.push_back(std::make_unique<FrameStep<double>>(*backend_, max_render, max_output, true));
      networks_.push_back(std::make_unique<NetworkRun<double>>(*backend_, plan_, parameters_,
                                                               neural::padded_size(render), true));
      carries_.push_back(std::make_unique<Carry<double>>(*backend_, max_render, max_output, true));
      const std::size_t count = 4 * area(output);
      outputs_.emplace_back(count);
      loss_weights_.push_back(noise(count, 100 + n));
      for (std::size_t i = 3; i < count; i += 4) loss_weights_.back()[i] = 0;  // alpha is not an output
      for (double& w : loss_weights_.back()) w /= static_cast<double>(count);
    }
  }

  double loss(const std::vector<double>& weights) {
    parameters_.load(weights);
    double sum = 0;
    for (std::size_t n = 0; n < frames_.size(); ++n) {
      steps_[n]->forward(*networks_[n], frames_[n].io(nullptr, nullptr), n ? carries_[n - 1].get() : nullptr,
                         *carries_[n], outputs_[n].data());
      for (std::size_t i = 0; i < outputs_[n].size(); ++i) sum += loss_weights_[n][i] * outputs_[n][i];
    }
    return sum;
  }

  std::vector<double> gradient(const std::vector<double>& weights) {
    loss(weights);
    parameters_.zero_gradient();
    std::vector<std::vector<double>> g = loss_weights_;
    for (auto& carry : carries_) carry->zero_gradient();
    for (std::size_t n = frames_.size(); n-- > 0;)
      steps_[n]->backward(*networks_[n], g[n].data(), n ? carries_[n - 1].get() : nullptr, *carries_[n]);
    std::vector<double> result(weights.size());
    parameters_.read_gradient(result);
    return result;
  }

 private:
  std::unique_ptr<BackendOf<double>> backend_;
  const NetworkPlan& plan_;
  Parameters<double> parameters_;
  std::vector<synthetic::Frame> frames_;
  std::vector<std::unique_ptr<FrameStep<double>>> steps_;
  std::vector<std::unique_ptr<NetworkRun<double>>> networks_;
  std::vector<std::unique_ptr<Carry<double>>> carries_;
  std::vector<std::vector<double>> outputs_, loss_weights_;
};

/// Along random directions in the space of all weights, and along single weights of each layer.
TEST(Gradient, OfTheWholeRecurrentStep) {
  const NetworkPlan& plan = neural::upscaler_plan();
  for (const Sequence& sequence : sequences) {
    SCOPED_TRACE(sequence.name);
    Recurrence recurrence(sequence);
    const std::vector<double> weights = noise(plan.parameter_count(), 11, 0.12);
    const std::vector<double> gradient = recurrence.gradient(weights);
    const auto check = [&](const std::vector<double>& direction, double step, const std::string& what) {
      double predicted = 0;
      std::vector<double> up = weights, down = weights;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        predicted += gradient[i] * direction[i];
        up[i] += step * direction[i];
        down[i] -= step * direction[i];
      }
      const double measured = (recurrence.loss(up) - recurrence.loss(down)) / (2 * step);
      EXPECT_NEAR(predicted, measured, 1e-5 * std::abs(measured) + 1e-9) << what;
    };
    for (std::uint64_t d = 0; d < 3; ++d)
      check(noise(weights.size(), 20 + d, 0.01), 1e-6, "direction " + std::to_string(d));
    for (const compute::Layer& layer : plan.layers()) {
      if (layer.kind != compute::Layer::Kind::convolution) continue;
      // The weight with the largest gradient of this layer: a zero would agree with anything.
      std::size_t most = layer.first_weight;
      for (std::size_t i = layer.first_weight; i < layer.first_bias; ++i)
        if (std::abs(gradient[i]) > std::abs(gradient[most])) most = i;
      EXPECT_NE(gradient[most], 0) << layer.name;
      std::vector<double> one(weights.size());
      one[most] = 1;
      check(one, 1e-7, layer.name);
    }
  }
}

}  // namespace
