#include "neural/train/adam.h"

#include <algorithm>
#include <cmath>

namespace neural {

void adam_step(const AdamSettings& settings, double rate, std::span<float> values,
               std::span<const float> gradient, AdamState& state) {
  state.first.resize(values.size());
  state.second.resize(values.size());
  double squares = 0;
  for (const float g : gradient) squares += static_cast<double>(g) * static_cast<double>(g);
  const double length = std::sqrt(squares);
  if (!std::isfinite(length)) return;  // a step whose gradient overflowed is skipped
  // One frame with a firefly must not undo a hundred steps.
  const double usual = state.steps ? state.gradient_length : length;
  const double limit = std::max(usual * 2 * settings.longest_gradient, 1e-12);
  const double shorten = std::min(1.0, limit / std::max(length, 1e-30));
  state.gradient_length = usual + 0.05 * (length * shorten - usual);

  ++state.steps;
  const double first_bias = 1 - std::pow(settings.first_decay, static_cast<double>(state.steps));
  const double second_bias = 1 - std::pow(settings.second_decay, static_cast<double>(state.steps));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double g = static_cast<double>(gradient[i]) * shorten;
    const double m =
        settings.first_decay * static_cast<double>(state.first[i]) + (1 - settings.first_decay) * g;
    const double v =
        settings.second_decay * static_cast<double>(state.second[i]) + (1 - settings.second_decay) * g * g;
    state.first[i] = static_cast<float>(m);
    state.second[i] = static_cast<float>(v);
    const double step = m / first_bias / (std::sqrt(v / second_bias) + settings.epsilon);
    values[i] -= static_cast<float>(rate * (step + settings.weight_decay * static_cast<double>(values[i])));
  }
}

}  // namespace neural
