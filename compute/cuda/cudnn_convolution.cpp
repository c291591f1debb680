// Convolutions by cuDNN: forward and backward in f32 planes, and forward in f16 by pixels with bias and
// ReLU fused. Algorithms are measured, and the fastest is kept for each layer, size and direction.

#include <algorithm>
#include <array>

#include "compute/cuda/tensors.h"
#include "compute/plan/pack.h"

namespace compute::cuda {
namespace {

constexpr int max_plans = 16;

class CudnnConvolution final : public Operation {
 public:
  CudnnConvolution(ContextPtr context, const ConvolutionSpec& spec, std::shared_ptr<CudaTensor> source,
                   std::shared_ptr<CudaParameter> parameter, std::shared_ptr<CudaTensor> destination,
                   bool training)
      : context_(std::move(context)),
        cudnn_(context_->cudnn()),
        spec_(spec),
        source_(std::move(source)),
        destination_(std::move(destination)),
        parameter_(std::move(parameter)),
        source_desc_(cudnn_),
        destination_desc_(cudnn_),
        bias_desc_(cudnn_),
        filter_desc_(cudnn_),
        convolution_desc_(cudnn_),
        activation_desc_(cudnn_) {
    describe();
    choose_forward();
    if (training) choose_backward();
  }

  void forward() override {
    const float one = 1, zero = 0;
    if (fused_) {
      cudnn_.check(fused_forward(), "cuDNN cannot compute a convolution");
    } else {
      cudnn_.check(cudnn_.cudnnConvolutionForward(
                       cudnn_.handle(), &one, source_desc_.get(), source_->values(), filter_desc_.get(),
                       weights(), convolution_desc_.get(), forward_, context_->workspace(),
                       Context::workspace_bytes, &zero, destination_desc_.get(), destination_->values()),
                   "cuDNN cannot compute a convolution");
      check(add_bias(destination_->values(), parameter_->bias.as<float>(), destination_->layout(),
                     context_->half, spec_.relu, context_->stream.get()),
            "cannot add a bias");
    }
    destination_->publish();
  }

  void backward(bool accumulate) override {
    const float one = 1, kept = accumulate ? 1.0f : 0.0f;
    float* gradient = destination_->gradient();
    const Shape to = destination_->shape();
    if (spec_.relu)
      check(mask_relu(gradient, static_cast<const float*>(destination_->values()),
                      std::int64_t{to.channels} * to.height * to.width, context_->stream.get()),
            "cannot mask a gradient");
    cudnn_.check(cudnn_.cudnnConvolutionBackwardBias(cudnn_.handle(), &one, destination_desc_.get(), gradient,
                                                     &one, bias_desc_.get(), parameter_->g_bias.get()),
                 "cuDNN cannot compute the gradient of a bias");
    cudnn_.check(cudnn_.cudnnConvolutionBackwardFilter(
                     cudnn_.handle(), &one, source_desc_.get(), source_->values(), destination_desc_.get(),
                     gradient, convolution_desc_.get(), backward_filter_, context_->workspace(),
                     Context::workspace_bytes, &one, filter_desc_.get(), parameter_->g_weights.get()),
                 "cuDNN cannot compute the gradient of weights");
    cudnn_.check(cudnn_.cudnnConvolutionBackwardData(
                     cudnn_.handle(), &one, filter_desc_.get(), weights(), destination_desc_.get(), gradient,
                     convolution_desc_.get(), backward_data_, context_->workspace(), Context::workspace_bytes,
                     &kept, source_desc_.get(), source_->gradient()),
                 "cuDNN cannot compute the gradient of a tensor");
  }

 private:
  void* weights() const { return (context_->half ? parameter_->half_weights : parameter_->weights).get(); }
  int channels(int count) const { return context_->half ? padded16(count) : count; }

  void describe() {
    const auto type = context_->half ? CUDNN_DATA_HALF : CUDNN_DATA_FLOAT;
    const auto order = context_->half ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW;
    const Shape from = source_->shape(), to = destination_->shape();
    const char* failure = "cuDNN does not take a layer's shape";
    cudnn_.check(cudnn_.cudnnSetTensor4dDescriptor(source_desc_.get(), order, type, 1, channels(spec_.in),
                                                   from.height, from.width),
                 failure);
    cudnn_.check(cudnn_.cudnnSetTensor4dDescriptor(destination_desc_.get(), order, type, 1,
                                                   channels(spec_.out), to.height, to.width),
                 failure);
    cudnn_.check(
        cudnn_.cudnnSetTensor4dDescriptor(bias_desc_.get(), order, type, 1, channels(spec_.out), 1, 1),
        failure);
    cudnn_.check(cudnn_.cudnnSetFilter4dDescriptor(filter_desc_.get(), type, order, channels(spec_.out),
                                                   channels(spec_.in), spec_.kernel, spec_.kernel),
                 failure);
    const int pad = spec_.kernel / 2;
    cudnn_.check(
        cudnn_.cudnnSetConvolution2dDescriptor(convolution_desc_.get(), pad, pad, spec_.stride, spec_.stride,
                                               1, 1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
        failure);
    // FMA keeps products in f32; neither TF32 nor f16 is used.
    const auto math = context_->half   ? CUDNN_TENSOR_OP_MATH
                      : context_->fast ? CUDNN_DEFAULT_MATH
                                       : CUDNN_FMA_MATH;
    cudnn_.check(cudnn_.cudnnSetConvolutionMathType(convolution_desc_.get(), math), failure);
    cudnn_.check(cudnn_.cudnnSetActivationDescriptor(
                     activation_desc_.get(), spec_.relu ? CUDNN_ACTIVATION_RELU : CUDNN_ACTIVATION_IDENTITY,
                     CUDNN_NOT_PROPAGATE_NAN, 0),
                 failure);
  }

  cudnnStatus_t fused_forward() {
    const float one = 1, zero = 0;
    return cudnn_.cudnnConvolutionBiasActivationForward(
        cudnn_.handle(), &one, source_desc_.get(), source_->values(), filter_desc_.get(), weights(),
        convolution_desc_.get(), forward_, context_->workspace(), Context::workspace_bytes, &zero,
        destination_desc_.get(), destination_->values(), bias_desc_.get(), parameter_->half_bias.get(),
        activation_desc_.get(), destination_desc_.get(), destination_->values());
  }

  /// Returns the fastest result that fits in the workspace; exact f32 excludes transforms that trade
  /// accuracy for speed.
  template <typename Result, std::size_t Exact>
  auto best(const std::array<Result, max_plans>& results, int count,
            const std::array<decltype(Result::algo), Exact>& exact) const {
    for (int i = 0; i < count; ++i) {
      const Result& r = results[static_cast<std::size_t>(i)];
      if (r.status != CUDNN_STATUS_SUCCESS || r.memory > Context::workspace_bytes) continue;
      const bool allowed = std::find(exact.begin(), exact.end(), r.algo) != exact.end();
      if (context_->half || context_->fast || allowed) return r.algo;
    }
    core::fail("cuDNN has no algorithm for a {}x{} convolution {} -> {} of {}x{}", spec_.kernel, spec_.kernel,
               spec_.in, spec_.out, source_->shape().width, source_->shape().height);
  }

  /// Calls `measure` once for each layer, size and direction; the context keeps the choice.
  template <typename Algorithm, typename Measure>
  Algorithm plan(const char* direction, const Measure& measure) {
    const Shape from = source_->shape();
    const std::string key =
        fmt::format("{} {}x{}x{} {}->{} {}", direction, spec_.kernel, spec_.stride, spec_.relu, spec_.in,
                    spec_.out, fmt::format("{}x{}", from.width, from.height));
    const auto known = context_->plans.find(key);
    if (known != context_->plans.end()) return static_cast<Algorithm>(known->second);
    const Algorithm chosen = measure();
    context_->plans[key] = static_cast<int>(chosen);
    return chosen;
  }

  void choose_forward() {
    forward_ = plan<cudnnConvolutionFwdAlgo_t>("forward", [&] {
      std::array<cudnnConvolutionFwdAlgoPerf_t, max_plans> results;
      int count = 0;
      cudnn_.check(cudnn_.cudnnFindConvolutionForwardAlgorithmEx(
                       cudnn_.handle(), source_desc_.get(), source_->values(), filter_desc_.get(), weights(),
                       convolution_desc_.get(), destination_desc_.get(), destination_->values(), max_plans,
                       &count, results.data(), context_->workspace(), Context::workspace_bytes),
                   "cuDNN cannot measure a convolution");
      return best(results, count,
                  std::array{CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM,
                             CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
                             CUDNN_CONVOLUTION_FWD_ALGO_GEMM, CUDNN_CONVOLUTION_FWD_ALGO_DIRECT});
    });
    if (!context_->half) return;
    // The fused form supports fewer algorithms: without a ReLU only this one.
    const auto measured = forward_;
    if (!spec_.relu) forward_ = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
    fused_ = fused_forward() == CUDNN_STATUS_SUCCESS;
    if (!fused_) forward_ = measured;
  }

  void choose_backward() {
    backward_data_ = plan<cudnnConvolutionBwdDataAlgo_t>("data", [&] {
      std::array<cudnnConvolutionBwdDataAlgoPerf_t, max_plans> results;
      int count = 0;
      cudnn_.check(
          cudnn_.cudnnFindConvolutionBackwardDataAlgorithmEx(
              cudnn_.handle(), filter_desc_.get(), weights(), destination_desc_.get(),
              destination_->gradient(), convolution_desc_.get(), source_desc_.get(), source_->gradient(),
              max_plans, &count, results.data(), context_->workspace(), Context::workspace_bytes),
          "cuDNN cannot measure a gradient");
      return best(results, count,
                  std::array{CUDNN_CONVOLUTION_BWD_DATA_ALGO_0, CUDNN_CONVOLUTION_BWD_DATA_ALGO_1});
    });
    backward_filter_ = plan<cudnnConvolutionBwdFilterAlgo_t>("filter", [&] {
      std::array<cudnnConvolutionBwdFilterAlgoPerf_t, max_plans> results;
      int count = 0;
      // Measuring writes to the end of the workspace, so that the gradient's sums stay as they are.
      const std::size_t filter_bytes = (parameter_->g_weights.bytes() + 255) / 256 * 256;
      auto* once = static_cast<char*>(context_->workspace()) + Context::workspace_bytes - filter_bytes;
      cudnn_.check(
          cudnn_.cudnnFindConvolutionBackwardFilterAlgorithmEx(
              cudnn_.handle(), source_desc_.get(), source_->values(), destination_desc_.get(),
              destination_->gradient(), convolution_desc_.get(), filter_desc_.get(), once, max_plans, &count,
              results.data(), context_->workspace(), Context::workspace_bytes - filter_bytes),
          "cuDNN cannot measure a gradient");
      return best(results, count,
                  std::array{CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1,
                             CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3});
    });
  }

  ContextPtr context_;
  Cudnn& cudnn_;
  ConvolutionSpec spec_;
  std::shared_ptr<CudaTensor> source_, destination_;
  std::shared_ptr<CudaParameter> parameter_;
  TensorDescriptor source_desc_, destination_desc_, bias_desc_;
  FilterDescriptor filter_desc_;
  ConvolutionDescriptor convolution_desc_;
  ActivationDescriptor activation_desc_;
  cudnnConvolutionFwdAlgo_t forward_{};
  cudnnConvolutionBwdDataAlgo_t backward_data_{};
  cudnnConvolutionBwdFilterAlgo_t backward_filter_{};
  bool fused_ = false;
};

}  // namespace

std::unique_ptr<Operation> make_cudnn_convolution(ContextPtr context, const ConvolutionSpec& spec,
                                                  std::shared_ptr<CudaTensor> source,
                                                  std::shared_ptr<CudaParameter> parameter,
                                                  std::shared_ptr<CudaTensor> destination, bool training) {
  return std::make_unique<CudnnConvolution>(std::move(context), spec, std::move(source), std::move(parameter),
                                            std::move(destination), training);
}

}  // namespace compute::cuda
