#include "app/measure/device_rate.h"

#include <algorithm>
#include <vector>

#include "core/clock.h"

namespace app {
namespace {

/// Seconds of the fastest of several runs of `work`, for about so long.
template <typename Work>
double fastest(compute::Backend& backend, const Work& work) {
  constexpr double together = 0.04;
  constexpr int least = 2;  // the first one loads kernels
  double best = 1e9;
  const auto begin = core::Clock::now();
  for (int n = 0; n < least || core::seconds_since(begin) < together; ++n) {
    const auto start = core::Clock::now();
    work();
    backend.finish();
    best = std::min(best, core::seconds_since(start));
  }
  return best;
}

}  // namespace

DeviceRate measure_rate(compute::Backend& backend) {
  // The shape of the network's largest layers, and more than a cache holds.
  constexpr compute::ConvolutionSpec spec{.in = 64, .out = 64, .kernel = 3, .stride = 1, .relu = true};
  constexpr compute::Shape shape{64, 64, 64};
  constexpr std::size_t copied = std::size_t{24} << 20;
  const auto source = backend.tensor(shape, false), destination = backend.tensor(shape, false);
  const auto parameter = backend.parameter(spec);
  parameter->load(std::vector<float>(spec.weight_count(), 0.01f), std::vector<float>(64, 0.1f));
  const auto convolution = backend.convolution(spec, source, parameter, destination, false);
  const auto from = backend.allocate(copied), to = backend.allocate(copied);
  const double operations = 2.0 * static_cast<double>(spec.weight_count()) * shape.height * shape.width;
  DeviceRate rate;
  rate.operations = operations / fastest(backend, [&] { convolution->forward(); });
  rate.bytes = 2.0 * static_cast<double>(copied) /
               fastest(backend, [&] { backend.copy(to->data(), from->data(), copied); });
  return rate;
}

}  // namespace app
