#pragma once
// A network as data: which layers there are and what each reads and writes. A drawing of one is a line a
// layer: neural/upscale/plan.cpp.

#include <string>
#include <vector>

#include "compute/backend.h"

namespace compute {

/// A tensor of the network. Level n has 1 / 2^n of the render size on each axis. A value with a parent is
/// that many channels of the parent, from first_channel: concatenation costs nothing.
struct Value {
  int channels = 0, level = 0;
  int parent = -1, first_channel = 0;
};

struct Layer {
  enum class Kind { convolution, upsample } kind = Kind::convolution;
  std::string name;
  int source = 0, destination = 0;  ///< values
  ConvolutionSpec spec;
  std::size_t first_weight = 0, first_bias = 0;  ///< in the flat list of parameters
  int zero_outputs = 0;                          ///< see NetworkPlan::start_at_zero
};

class NetworkPlan {
 public:
  // Drawing.
  int input(int channels);
  int convolve(const std::string& name, int source, int channels, int kernel, int stride = 1,
               bool relu = true);
  int upsample(int source);
  int concat(int first, int second);  ///< both in multiples of 16 channels, each in one concatenation only
  /// The first outputs of the layer drawn last start at zero where weights are made from nothing.
  void start_at_zero(int outputs);

  const std::vector<Value>& values() const { return values_; }
  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t parameter_count() const { return parameter_count_; }
  double macs_per_pixel() const;       ///< multiply-adds per render pixel, bias not counted
  static constexpr int alignment = 8;  ///< render sizes are padded to a multiple of this

 private:
  std::vector<Value> values_;
  std::vector<Layer> layers_;
  std::size_t parameter_count_ = 0;
};

}  // namespace compute
