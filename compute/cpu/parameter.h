#pragma once
// Weights and bias of a convolution on the CPU, kept in every layout that a primitive asks for, with the
// sums of their gradients.

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "compute/cpu/tensors.h"

namespace compute::cpu {

class CpuParameter final : public ParameterOf<float> {
 public:
  CpuParameter(std::shared_ptr<Context> context, const ConvolutionSpec& spec)
      : context_(std::move(context)),
        plain_desc_({spec.out, spec.in, spec.kernel, spec.kernel}, Type::f32, Tag::oihw),
        plain_(plain_desc_, context_->engine),
        bias_({{spec.out}, Type::f32, Tag::x}, context_->engine) {
    std::memset(plain_.get_data_handle(), 0, plain_desc_.get_size());
    // Some kernels read the bias and write its gradient in whole blocks, so both are padded.
    bias_sum_.resize(static_cast<std::size_t>(spec.out));
  }

  void load(std::span<const float> weights, std::span<const float> bias) override {
    std::copy(weights.begin(), weights.end(), static_cast<float*>(plain_.get_data_handle()));
    std::copy(bias.begin(), bias.end(), static_cast<float*>(bias_.get_data_handle()));
    for (auto& copy : copies_) context_->reorder(plain_, copy);
  }

  /// Returns the weights in the layout that a primitive asks for; load() keeps them up to date.
  dnnl::memory weights(const Desc& desc) {
    for (auto& copy : copies_)
      if (copy.get_desc() == desc) return copy;
    copies_.emplace_back(desc, context_->engine);
    context_->reorder(plain_, copies_.back());
    return copies_.back();
  }
  dnnl::memory bias() const { return bias_; }

  /// Where a primitive writes its gradient, and the sum to which add() adds it.
  struct Gradient {
    dnnl::memory once, bias_once;
    std::vector<float> sum;
  };
  /// Returns the index of the gradient in a layout, and makes it at the first call.
  std::size_t gradient_slot(const Desc& desc) {
    for (std::size_t i = 0; i < gradients_.size(); ++i)
      if (gradients_[i].once.get_desc() == desc) return i;
    gradients_.push_back({dnnl::memory(desc, context_->engine),
                          dnnl::memory(bias_.get_desc(), context_->engine),
                          std::vector<float>(desc.get_size() / sizeof(float))});
    return gradients_.size() - 1;
  }
  Gradient& gradient(std::size_t slot) { return gradients_[slot]; }
  /// Adds a gradient that a primitive has written to its sum.
  void add(std::size_t slot) {
    Gradient& g = gradients_[slot];
    const float* once = static_cast<const float*>(g.once.get_data_handle());
    for (std::size_t i = 0; i < g.sum.size(); ++i) g.sum[i] += once[i];
    const float* bias = static_cast<const float*>(g.bias_once.get_data_handle());
    for (std::size_t i = 0; i < bias_sum_.size(); ++i) bias_sum_[i] += bias[i];
  }

  void zero_gradient() override {
    for (auto& g : gradients_) std::fill(g.sum.begin(), g.sum.end(), 0.0f);
    std::fill(bias_sum_.begin(), bias_sum_.end(), 0.0f);
  }
  void read_gradient(std::span<float> weights, std::span<float> bias) override {
    std::fill(weights.begin(), weights.end(), 0.0f);
    dnnl::memory plain(plain_desc_, context_->engine);
    for (auto& g : gradients_) {
      dnnl::memory sum(g.once.get_desc(), context_->engine, g.sum.data());
      context_->reorder(sum, plain);
      const float* values = static_cast<const float*>(plain.get_data_handle());
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += values[i];
    }
    std::copy(bias_sum_.begin(), bias_sum_.end(), bias.begin());
  }

 private:
  std::shared_ptr<Context> context_;
  Desc plain_desc_;
  dnnl::memory plain_, bias_;
  std::vector<dnnl::memory> copies_;
  std::vector<Gradient> gradients_;
  std::vector<float> bias_sum_;
};

}  // namespace compute::cpu
