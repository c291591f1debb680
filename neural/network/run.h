#pragma once
// Runs the network of a plan: its parameters on a device, and its layers bound to tensors of one size.

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

/// The device's copy of the weights with the sums of their gradients, shared by every run of the network.
/// Flat lists have plan.parameter_count() values in the order of the plan.
template <typename T>
class Parameters {
 public:
  Parameters(BackendOf<T>& backend, const NetworkPlan& plan);
  void load(std::span<const T> flat);  ///< from the host
  void zero_gradient();
  /// Copies to the host; waits for the backend.
  void read_gradient(std::span<T> flat);
  /// Returns the parameter of a layer; null for a layer without one.
  std::shared_ptr<ParameterOf<T>> of(std::size_t layer) const { return list_[layer]; }
  std::span<const std::shared_ptr<ParameterOf<T>>> list() const { return list_; }

 private:
  const NetworkPlan& plan_;
  std::vector<std::shared_ptr<ParameterOf<T>>> list_;  ///< null for a layer without parameters
};

/// The network bound to tensors of one size. One thread at a time may use it. forward() and backward()
/// enqueue; their pointers are the backend's memory, in interface layout at the size `padded`.
template <typename T>
class NetworkRun {
 public:
  /// `padded` is in multiples of NetworkPlan::alignment. `beside` is the family whose passes stand on both
  /// sides of the network; a backend may fuse them with it. Backend, plan and parameters must outlive the
  /// object.
  NetworkRun(BackendOf<T>& backend, const NetworkPlan& plan, const Parameters<T>& parameters, Size padded,
             bool training, const compute::PassFamily* beside = nullptr);
  void forward(const T* features, T* head) { forward(const_cast<T*>(features), Precision::f32, head); }
  /// Takes features in `precision`, the backend's own, where the pass that made them wrote it (bf16).
  void forward(void* features, Precision precision, T* head);
  /// Returns the fused form, which does the work of forward() and of the passes beside it, at every size;
  /// null in training, without a family and where the backend has none.
  compute::FusedNetwork* fused() const { return fused_.get(); }
  /// After forward(), for training: from the gradient of the head to that of the features; adds to the
  /// parameters'.
  void backward(const T* g_head, T* g_features);
  /// For tests: waits and returns the value that a layer wrote, in interface layout.
  std::vector<T> value_of_layer(std::size_t layer);
  /// Returns for each operation the backend's name for how it is computed.
  std::vector<std::string> implementations() const;

 private:
  BackendOf<T>& backend_;
  const NetworkPlan& plan_;
  std::unique_ptr<compute::FusedNetwork> fused_;  ///< where this is set there are no tensors and operations
  std::vector<TensorPtr> tensors_;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::vector<bool> accumulate_;  ///< for each layer: a later layer has already given its source a gradient
};

}  // namespace neural
