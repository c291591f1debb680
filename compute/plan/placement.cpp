#include "compute/plan/placement.h"

#include <algorithm>

namespace compute {
namespace {

struct Life {
  int value = 0;
  std::size_t first = 0, last = 0;  ///< steps of the schedule: written in the first, read up to the last
};

/// Step 0 is the start, step i + 1 is middle[i], and the last step is that of the last layers.
std::vector<Life> lives_of(const NetworkPlan& plan, const Schedule& schedule) {
  std::vector<Life> lives;
  if (schedule.start.empty()) lives.push_back({plan.layers()[schedule.squeeze].destination, 0, 0});
  for (const ScheduledLayer& layer : schedule.start)
    lives.push_back({plan.layers()[layer.layer].destination, 0, 0});
  const auto read = [&](const ScheduledLayer& layer, std::size_t step) {
    for (const ScheduledSource& source : layer.sources)
      for (Life& life : lives)
        if (life.value == source.value) life.last = step;
  };
  std::size_t step = 0;
  for (const ScheduledLayer& layer : schedule.middle) {
    read(layer, ++step);
    lives.push_back({plan.layers()[layer.layer].destination, step, step});
  }
  read(schedule.mix, ++step);
  return lives;
}

}  // namespace

Placement place(const NetworkPlan& plan, const Schedule& schedule, Size padded, std::size_t scalar_bytes) {
  constexpr std::size_t line = 256;  // what the device's own allocations are aligned to
  struct Placed {
    Life life;
    std::size_t begin, end;
  };
  std::vector<Placed> all;
  Placement placement;
  placement.offset.resize(plan.values().size());
  const auto bytes_of = [&](int index) {
    const Value& value = plan.values()[static_cast<std::size_t>(index)];
    const std::size_t pixels = core::area({padded.width >> value.level, padded.height >> value.level});
    return (pixels * static_cast<std::size_t>(value.channels) * scalar_bytes + line - 1) / line * line;
  };
  /// The lowest place from `from` on that no value needs meanwhile.
  const auto put = [&](const Life& life, std::size_t from) {
    const std::size_t bytes = bytes_of(life.value);
    bool moved = true;
    while (moved) {
      moved = false;
      for (const Placed& other : all)
        if (other.life.first <= life.last && life.first <= other.life.last && other.begin < from + bytes &&
            from < other.end)
          from = other.end, moved = true;
    }
    all.push_back({life, from, from + bytes});
    placement.offset[static_cast<std::size_t>(life.value)] = from;
    placement.bytes = std::max(placement.bytes, from + bytes);
  };
  const std::vector<Life> lives = lives_of(plan, schedule);
  const std::size_t last = schedule.middle.size() + 1;
  for (const Life& life : lives)
    if (life.last == last) put({life.value, 0, last}, placement.bytes);
  placement.read_last = placement.bytes;
  for (const Life& life : lives)
    if (life.last != last) put(life, placement.read_last);
  return placement;
}

}  // namespace compute
