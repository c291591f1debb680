#pragma once
// A network of a plan: its parameters on a device, and its layers bound to tensors of one size.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compute/plan/network_plan.h"
#include "neural/names.h"

namespace neural {

using compute::Backend;
using compute::BackendOf;
using compute::Layer;
using compute::Memory;
using compute::NetworkPlan;
using compute::open_backend;
using compute::Operation;
using compute::ParameterOf;
using compute::Precision;
using compute::Shape;
using compute::Tensor;
using compute::TensorPtr;
using compute::Value;

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
  /// `beside`: the family whose passes stand on both sides of the network, which a backend may fuse with it.
  NetworkRun(BackendOf<T>& backend, const NetworkPlan& plan, const Parameters<T>& parameters, Size padded,
             bool training, const compute::PassFamily* beside = nullptr);
  void forward(const T* features, T* head) { forward(const_cast<T*>(features), Precision::f32, head); }
  /// Features in the backend's own precision, where the pass that made them wrote it (bf16).
  void forward(void* features, Precision precision, T* head);
  /// Where the backend has it, with a family, and not for training: does the work of forward() and of the
  /// passes beside it.
  compute::FusedNetwork* fused() const { return fused_.get(); }
  void backward(const T* g_head, T* g_features);
  /// For tests: the value a layer wrote, in the interface's layout.
  std::vector<T> value_of_layer(std::size_t layer);
  /// How each operation is done, by the backend's name for it.
  std::vector<std::string> implementations() const;

 private:
  BackendOf<T>& backend_;
  const NetworkPlan& plan_;
  std::unique_ptr<compute::FusedNetwork> fused_;  ///< then there are no tensors and operations
  std::vector<TensorPtr> tensors_;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::vector<bool> accumulate_;  ///< per layer: its source already has a gradient from a later layer
};

}  // namespace neural
