#include "compute/passes.h"

#include <algorithm>

#include "core/error.h"

namespace compute {

void expect_same_passes(const PassFamily& family, std::size_t view_bytes,
                        std::span<const std::string_view> names) {
  const bool same = view_bytes == family.view_bytes &&
                    std::equal(names.begin(), names.end(), family.plain.begin(), family.plain.end(),
                               [](std::string_view a, const HostPass& b) { return a == b.name; });
  if (!same)
    core::fail("the backend's passes '{}' ({}) are of another version than this program's", family.name,
               family.view);
}

std::span<const HostPass> plain_loops(const PassFamily& family) {
  if (family.plain.empty() || !family.plain.front().run_row)
    core::fail("the passes '{}' ({}) run on a device only", family.name, family.view);
  return family.plain;
}

void HostPasses::run(int pass, const void* view) {
  const int rows = at(pass).rows(view);
  for (int y = 0; y < rows; ++y) at(pass).run_row(view, y);
}

void HostPasses::run_backward(int pass, const void* view) {
  if (at(pass).run_backward) at(pass).run_backward(view);
}

}  // namespace compute
