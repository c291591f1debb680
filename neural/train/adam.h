#pragma once
// AdamW (D. Kingma, J. Ba, 2015; I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019).

#include <span>
#include <vector>

namespace neural {

struct AdamSettings {
  double rate = 2e-3;
  double first_decay = 0.9, second_decay = 0.99, epsilon = 1e-8;
  double weight_decay = 1e-4;   ///< a step takes rate * weight_decay of each weight
  double longest_gradient = 1;  ///< a gradient is shortened to at most this many times its running length
};

/// The optimiser's state, as a resumed run needs it.
struct AdamState {
  std::vector<float> first, second;  ///< running means of the gradient and of its square
  long steps = 0;
  double gradient_length = 0;  ///< running mean of the gradient's length
};

/// Takes one step on `values`. `rate` replaces the settings' rate, since it follows a schedule. A gradient
/// that is not finite changes nothing.
void adam_step(const AdamSettings& settings, double rate, std::span<float> values,
               std::span<const float> gradient, AdamState& state);

}  // namespace neural
