#pragma once
// A network as data: its layers and the values that each reads and writes. One line of code draws one
// layer, as in neural/upscale/plan.cpp.

#include <string>
#include <vector>

#include "compute/backend.h"

namespace compute {

/// A tensor of the network. Level n has 1 / 2^n of the render size on each axis. A value with a parent is a
/// range of the parent's channels, beginning at first_channel, so that concatenation costs nothing.
struct Value {
  int channels = 0, level = 0;
  int parent = -1, first_channel = 0;
};

struct Layer {
  enum class Kind { convolution, upsample } kind = Kind::convolution;
  std::string name;
  int source = 0, destination = 0;  ///< indices of values
  ConvolutionSpec spec;
  std::size_t first_weight = 0, first_bias = 0;  ///< in the flat list of parameters
  int zero_outputs = 0;                          ///< see NetworkPlan::start_at_zero()
};

/// A network as it is drawn: functions that draw return the index of the new value.
class NetworkPlan {
 public:
  // These functions draw, in the order of the layers.
  int input(int channels);
  /// Adds a convolution (kernel 1 or 3, stride 1 or 2) from `source` to `channels` channels.
  int convolve(const std::string& name, int source, int channels, int kernel, int stride = 1,
               bool relu = true);
  /// Adds an upsampling by nearest neighbours to twice the size.
  int upsample(int source);
  int concat(int first, int second);  ///< each in multiples of 16 channels and in one concatenation only
  /// Makes the first outputs of the layer drawn last start at zero in initial weights.
  void start_at_zero(int outputs);

  const std::vector<Value>& values() const { return values_; }
  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t parameter_count() const { return parameter_count_; }
  double macs_per_pixel() const;       ///< multiply-adds for each render pixel, bias not counted
  static constexpr int alignment = 8;  ///< render sizes are padded to a multiple of this

 private:
  std::vector<Value> values_;
  std::vector<Layer> layers_;
  std::size_t parameter_count_ = 0;
};

}  // namespace compute
