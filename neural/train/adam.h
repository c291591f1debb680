#pragma once
// AdamW (D. Kingma, J. Ba, 2015; I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019).

#include <span>
#include <vector>

namespace neural {

struct AdamSettings {
  double rate = 2e-3;
  double first_decay = 0.9, second_decay = 0.99, epsilon = 1e-8;
  double weight_decay = 1e-4;   ///< a step takes rate * weight_decay of each weight
  double longest_gradient = 1;  ///< the gradient is shortened to this many times its running length
};

/// Everything that a resumed run needs.
struct AdamState {
  std::vector<float> first, second;  ///< running means of the gradient and of its square
  long steps = 0;
  double gradient_length = 0;  ///< running mean
};

/// One step on `values`; `rate` overrides the settings' (it follows a schedule).
void adam_step(const AdamSettings& settings, double rate, std::span<float> values,
               std::span<const float> gradient, AdamState& state);

}  // namespace neural
