#include "compute/cpu/convolution.h"

#include <string>
#include <utility>

#include "compute/cpu/parameter.h"

namespace compute::cpu {
namespace {

class CpuConvolution final : public Operation {
 public:
  CpuConvolution(std::shared_ptr<Context> context, const ConvolutionSpec& spec, const Tensor& source,
                 std::shared_ptr<ParameterOf<float>> parameter, const Tensor& destination, bool with_gradient)
      : context_(std::move(context)),
        spec_(spec),
        source_(as(source)),
        destination_(as(destination)),
        parameter_(std::static_pointer_cast<CpuParameter>(parameter)) {
    const Type type = source_.type();
    const dnnl::memory::dim pad = spec.kernel / 2;
    const ConvolutionMemory memory{source_.desc(),
                                   {{spec.out, spec.in, spec.kernel, spec.kernel}, type, Tag::any},
                                   {{spec.out}, Type::f32, Tag::x},
                                   destination_.desc(),
                                   {spec.stride, spec.stride},
                                   {pad, pad}};
    dnnl::primitive_attr attributes;
    if (spec.relu) {
      dnnl::post_ops operations;
      append_relu(operations);
      attributes.set_post_ops(operations);
    }
    // Winograd is not an option: oneDNN 2.6 has none for these layouts, and its `auto` chooses direct for
    // every layer.
    const auto forward = forward_desc(context_->engine, memory, attributes, with_gradient,
                                      dnnl::algorithm::convolution_direct);
    forward_ = dnnl::convolution_forward(forward);
    weights_ = parameter_->weights(forward.weights_desc());
    implementation_ = forward.impl_info_str();
    if (!with_gradient) return;
    const auto data = backward_data_desc(context_->engine, memory, forward);
    const auto weights = backward_weights_desc(context_->engine, memory, forward);
    backward_data_ = dnnl::convolution_backward_data(data);
    backward_weights_ = dnnl::convolution_backward_weights(weights);
    weights_for_data_ = parameter_->weights(data.weights_desc());
    slot_ = parameter_->gradient_slot(weights.diff_weights_desc());
  }

  void forward() override {
    forward_.execute(context_->stream, {{DNNL_ARG_SRC, memory(source_, source_.values())},
                                        {DNNL_ARG_WEIGHTS, weights_},
                                        {DNNL_ARG_BIAS, parameter_->bias()},
                                        {DNNL_ARG_DST, memory(destination_, destination_.values())}});
  }

  std::string implementation() const override { return implementation_; }

  void backward(bool accumulate) override {
    float* gradient = reinterpret_cast<float*>(destination_.gradient());
    const std::size_t count = destination_.shape().elements();
    if (spec_.relu) {
      const float* values = reinterpret_cast<const float*>(destination_.values());
#pragma omp parallel for simd num_threads(context_->threads)
      for (std::size_t i = 0; i < count; ++i) gradient[i] = values[i] > 0 ? gradient[i] : 0.0f;
    }
    const dnnl::memory to = memory(destination_, destination_.gradient());
    auto& sums = parameter_->gradient(slot_);
    backward_weights_.execute(context_->stream, {{DNNL_ARG_SRC, memory(source_, source_.values())},
                                                 {DNNL_ARG_DIFF_DST, to},
                                                 {DNNL_ARG_DIFF_WEIGHTS, sums.once},
                                                 {DNNL_ARG_DIFF_BIAS, sums.bias_once}});
    parameter_->add(slot_);
    const std::size_t source_count = source_.shape().elements();
    char* target = source_.gradient();
    if (accumulate) {
      context_->scratch.resize(std::max(context_->scratch.size(), source_count));
      target = reinterpret_cast<char*>(context_->scratch.data());
    }
    backward_data_.execute(context_->stream, {{DNNL_ARG_DIFF_DST, to},
                                              {DNNL_ARG_WEIGHTS, weights_for_data_},
                                              {DNNL_ARG_DIFF_SRC, memory(source_, target)}});
    if (!accumulate) return;
    float* sum = reinterpret_cast<float*>(source_.gradient());
    const float* part = context_->scratch.data();
#pragma omp parallel for simd num_threads(context_->threads)
    for (std::size_t i = 0; i < source_count; ++i) sum[i] += part[i];
  }

 private:
  dnnl::memory memory(const CpuTensor& tensor, char* data) const {
    return {tensor.desc(), context_->engine, data};
  }

  std::shared_ptr<Context> context_;
  ConvolutionSpec spec_;
  CpuTensor source_, destination_;
  std::shared_ptr<CpuParameter> parameter_;
  dnnl::convolution_forward forward_;
  dnnl::convolution_backward_data backward_data_;
  dnnl::convolution_backward_weights backward_weights_;
  dnnl::memory weights_, weights_for_data_;
  std::size_t slot_ = 0;
  std::string implementation_;
};

}  // namespace

std::unique_ptr<Operation> make_convolution(std::shared_ptr<Context> context, const ConvolutionSpec& spec,
                                            const Tensor& source,
                                            std::shared_ptr<ParameterOf<float>> parameter,
                                            const Tensor& destination, bool with_gradient) {
  return std::make_unique<CpuConvolution>(std::move(context), spec, source, std::move(parameter), destination,
                                          with_gradient);
}

}  // namespace compute::cpu
