#pragma once
// The network as data: which layers there are and what each reads and writes. network.cpp is the drawing.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "neural/backend.h"

namespace neural {

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
};

class NetworkPlan {
 public:
  /// The network that ships.
  static const NetworkPlan& shipped();

  // Drawing.
  int input(int channels);
  int convolve(const std::string& name, int source, int channels, int kernel, int stride = 1,
               bool relu = true);
  int upsample(int source);
  int concat(int first, int second);  ///< both in multiples of 16 channels, each in one concatenation only

  const std::vector<Value>& values() const { return values_; }
  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t parameter_count() const { return parameter_count_; }
  double macs_per_pixel() const;       ///< multiply-adds per render pixel, bias not counted
  static constexpr int alignment = 8;  ///< render sizes are padded to a multiple of this
  std::string to_json() const;         ///< layers, for the weights' metadata and tools/network.py

 private:
  std::vector<Value> values_;
  std::vector<Layer> layers_;
  std::size_t parameter_count_ = 0;
};

/// The device's copy of the weights and their gradient sums, shared by every run of the network.
template <typename T>
class Parameters {
 public:
  Parameters(BackendOf<T>& backend, const NetworkPlan& plan);
  void load(std::span<const T> flat);  ///< plan.parameter_count() values
  void zero_gradient();
  void read_gradient(std::span<T> flat);
  std::shared_ptr<ParameterOf<T>> of(std::size_t layer) const { return list_[layer]; }
  std::span<const std::shared_ptr<ParameterOf<T>>> list() const { return list_; }

 private:
  const NetworkPlan& plan_;
  std::vector<std::shared_ptr<ParameterOf<T>>> list_;  ///< null where a layer has none
};

/// The network bound to tensors of one size.
template <typename T>
class NetworkRun {
 public:
  /// `padded` in multiples of NetworkPlan::alignment.
  NetworkRun(BackendOf<T>& backend, const NetworkPlan& plan, const Parameters<T>& parameters, Size padded,
             bool training);
  void forward(const T* features, T* head) { forward(const_cast<T*>(features), Precision::f32, head); }
  /// Features in the backend's own precision, where the pass that made them wrote it (bf16).
  void forward(void* features, Precision precision, T* head);
  /// Where the backend has it, and not for training: does the work of forward() and of the passes beside it.
  FusedNetworkOf<T>* fused() const { return fused_.get(); }
  void backward(const T* g_head, T* g_features);
  /// For tests: the value a layer wrote, in the interface's layout.
  std::vector<T> value_of_layer(std::size_t layer);
  /// How each operation is done, by the backend's name for it.
  std::vector<std::string> implementations() const;

 private:
  BackendOf<T>& backend_;
  const NetworkPlan& plan_;
  std::unique_ptr<FusedNetworkOf<T>> fused_;  ///< then there are no tensors and operations
  std::vector<TensorPtr> tensors_;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::vector<bool> accumulate_;  ///< per layer: its source already has a gradient from a later layer
};

}  // namespace neural
