#include "compute/plan/network_plan.h"

#include "core/error.h"

namespace compute {

int NetworkPlan::input(int channels) {
  values_.push_back({channels, 0});
  return static_cast<int>(values_.size()) - 1;
}

int NetworkPlan::convolve(const std::string& name, int source, int channels, int kernel, int stride,
                          bool relu) {
  const Value from = values_[static_cast<std::size_t>(source)];
  Layer layer{Layer::Kind::convolution,
              name,
              source,
              static_cast<int>(values_.size()),
              {from.channels, channels, kernel, stride, relu}};
  layer.first_weight = parameter_count_;
  layer.first_bias = parameter_count_ + layer.spec.weight_count();
  parameter_count_ = layer.first_bias + static_cast<std::size_t>(channels);
  values_.push_back({channels, from.level + (stride == 2 ? 1 : 0)});
  layers_.push_back(layer);
  return layer.destination;
}

int NetworkPlan::upsample(int source) {
  const Value from = values_[static_cast<std::size_t>(source)];
  Layer layer{Layer::Kind::upsample, "", source, static_cast<int>(values_.size()), {}};
  values_.push_back({from.channels, from.level - 1});
  layers_.push_back(layer);
  return layer.destination;
}

int NetworkPlan::concat(int first, int second) {
  Value &a = values_[static_cast<std::size_t>(first)], &b = values_[static_cast<std::size_t>(second)];
  if (a.level != b.level || a.parent >= 0 || b.parent >= 0 || a.channels % block_channels != 0)
    core::fail("the network's drawing concatenates values {} and {} that do not fit", first, second);
  const int whole = static_cast<int>(values_.size());
  a.parent = b.parent = whole;
  b.first_channel = a.channels;
  values_.push_back({a.channels + b.channels, a.level});
  return whole;
}

void NetworkPlan::start_at_zero(int outputs) {
  layers_.back().zero_outputs = outputs;
}

double NetworkPlan::macs_per_pixel() const {
  double sum = 0;
  for (const Layer& layer : layers_) {
    if (layer.kind != Layer::Kind::convolution) continue;
    const int level = values_[static_cast<std::size_t>(layer.destination)].level;
    sum += static_cast<double>(layer.spec.weight_count()) / static_cast<double>(1 << (2 * level));
  }
  return sum;
}

}  // namespace compute
