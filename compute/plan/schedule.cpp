#include "compute/plan/schedule.h"

#include <algorithm>

namespace compute {
namespace {

/// Returns the stored tensors behind a value; empty where an upsampling reads anything but a layer's
/// output.
std::vector<ScheduledSource> resolve(const NetworkPlan& plan, int value) {
  std::vector<std::pair<int, int>> parts;  // pairs of first channel and value
  for (std::size_t i = 0; i < plan.values().size(); ++i)
    if (plan.values()[i].parent == value)
      parts.emplace_back(plan.values()[i].first_channel, static_cast<int>(i));
  if (!parts.empty()) {
    std::sort(parts.begin(), parts.end());
    std::vector<ScheduledSource> all;
    for (const auto& [first, part] : parts) {
      const auto sources = resolve(plan, part);
      if (sources.empty()) return {};
      all.insert(all.end(), sources.begin(), sources.end());
    }
    return all;
  }
  for (const Layer& layer : plan.layers()) {
    if (layer.destination != value) continue;
    if (layer.kind == Layer::Kind::convolution) return {{value, 0}};
    const auto source = resolve(plan, layer.source);
    if (source.size() == 1 && source.front().shift == 0) return {{source.front().value, 1}};
  }
  return {};
}

bool is_1x1(const ConvolutionSpec& spec, int in, int out, bool relu) {
  return spec.kernel == 1 && spec.stride == 1 && spec.in == in && spec.out == out && spec.relu == relu;
}

}  // namespace

std::optional<Schedule> make_schedule(const NetworkPlan& plan) {
  Schedule schedule;
  std::vector<std::size_t> convolutions;
  for (std::size_t i = 0; i < plan.layers().size(); ++i)
    if (plan.layers()[i].kind == Layer::Kind::convolution) convolutions.push_back(i);
  if (convolutions.size() < 4) return {};
  schedule.squeeze = convolutions.front();
  schedule.head = convolutions.back();
  const Layer& squeeze = plan.layers()[schedule.squeeze];
  const Layer& head = plan.layers()[schedule.head];
  const std::size_t mix_index = convolutions[convolutions.size() - 2];
  const Layer& mix = plan.layers()[mix_index];
  schedule.mix = {mix_index, resolve(plan, mix.source)};
  if (squeeze.source != 0 || !is_1x1(squeeze.spec, 2 * block_channels, block_channels, true) ||
      !is_1x1(mix.spec, 2 * block_channels, block_channels, true) || schedule.mix.sources.size() != 2 ||
      head.source != mix.destination || head.spec.out > 2 * block_channels ||
      !is_1x1(head.spec, block_channels, head.spec.out, false))
    return {};
  for (const ScheduledSource& source : schedule.mix.sources)
    if (plan.values()[static_cast<std::size_t>(source.value)].channels != block_channels) return {};
  schedule.stored.push_back(squeeze.destination);
  for (std::size_t i = 1; i + 2 < convolutions.size(); ++i) {
    const Layer& layer = plan.layers()[convolutions[i]];
    ScheduledLayer scheduled{convolutions[i], resolve(plan, layer.source)};
    const ConvolutionSpec& spec = layer.spec;
    const bool fits = spec.in % tiles::chunk_channels == 0 && spec.out % block_channels == 0 &&
                      spec.out <= tiles::max_out_channels && spec.kernel == tiles::kernel && spec.relu &&
                      spec.stride <= tiles::max_stride;
    if (!fits || scheduled.sources.empty() || scheduled.sources.size() > 2) return {};
    schedule.stored.push_back(layer.destination);
    schedule.middle.push_back(scheduled);
  }
  return schedule;
}

bool join_start(const NetworkPlan& plan, int channels, Schedule& schedule) {
  if (schedule.middle.size() < 2) return false;
  const ScheduledLayer full = schedule.middle[0], half = schedule.middle[1];
  const auto layer = [&](const ScheduledLayer& scheduled) -> const Layer& {
    return plan.layers()[scheduled.layer];
  };
  const auto reads = [](const ScheduledLayer& scheduled, int value) {
    return std::any_of(scheduled.sources.begin(), scheduled.sources.end(),
                       [&](const ScheduledSource& source) { return source.value == value; });
  };
  const int squeezed = plan.layers()[schedule.squeeze].destination;
  const auto others = std::count_if(schedule.middle.begin() + 1, schedule.middle.end(),
                                    [&](const ScheduledLayer& other) { return reads(other, squeezed); });
  if (layer(full).source != squeezed || others != 0 || reads(schedule.mix, squeezed) ||
      layer(half).source != layer(full).destination || layer(full).spec.out != block_channels ||
      layer(full).spec.stride != 1 || layer(half).spec.out != channels || layer(half).spec.stride != 2)
    return false;
  schedule.start = {full, half};
  schedule.middle.erase(schedule.middle.begin(), schedule.middle.begin() + 2);
  std::erase(schedule.stored, squeezed);
  return true;
}

}  // namespace compute
