#pragma once
// The plan of a network as our kernels run it: concatenations and upsamplings become part of the loads of
// the layer that reads them, and the first and the last layers join the passes beside them. It is plain
// C++, and a test runs the whole schedule on the host.

#include <optional>
#include <vector>

#include "compute/plan/network_plan.h"
#include "compute/plan/tiles.h"

namespace compute {

struct ScheduledSource {
  int value = 0;  ///< of a stored tensor
  int shift = 0;  ///< 1: the tensor is read at half size
};

struct ScheduledLayer {
  std::size_t layer = 0;  ///< index in the plan
  std::vector<ScheduledSource> sources;
};

struct Schedule {
  std::size_t squeeze = 0;            ///< the 1x1 layer after the pass `features`
  std::vector<ScheduledLayer> start;  ///< layers that run together with it, in order: see join_start()
  std::vector<ScheduledLayer> middle;
  ScheduledLayer mix;       ///< the 1x1 layer before the head
  std::size_t head = 0;     ///< the 1x1 layer before the pass `controls`
  std::vector<int> stored;  ///< values that have memory of their own
};

/// Returns nothing where the plan does not have the shape that the kernels are made for.
std::optional<Schedule> make_schedule(const NetworkPlan& plan);

/// Moves the first two layers of the middle to the start, for kernels that keep the first layer's result to
/// themselves. Returns false where they are not a 3x3 layer of 16 channels that alone reads that result and
/// one of `channels` channels that halves the size.
bool join_start(const NetworkPlan& plan, int channels, Schedule& schedule);

/// Returns the arguments of a layer of the middle. `memory(value)` returns where a stored value lies.
template <typename MemoryOf>
tiles::Convolution convolution_of(const NetworkPlan& plan, const ScheduledLayer& scheduled, Size padded,
                                  const MemoryOf& memory) {
  const Layer& layer = plan.layers()[scheduled.layer];
  const int level = plan.values()[static_cast<std::size_t>(layer.destination)].level;
  tiles::Convolution c;
  for (std::size_t i = 0; i < scheduled.sources.size(); ++i) {
    const ScheduledSource& source = scheduled.sources[i];
    const Value& value = plan.values()[static_cast<std::size_t>(source.value)];
    c.parts[i] = {memory(source.value), value.channels, padded.width >> value.level,
                  padded.height >> value.level, source.shift};
  }
  c.out = memory(layer.destination);
  c.in_channels = layer.spec.in;
  c.out_channels = layer.spec.out;
  c.width = padded.width >> level;
  c.height = padded.height >> level;
  c.stride = layer.spec.stride;
  return c;
}

}  // namespace compute
