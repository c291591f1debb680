#pragma once
// cuDNN, opened at run time: the functions the backend uses, and nothing of it where it is missing.

#include <cudnn.h>

#include <memory>
#include <string>

#include "compute/cuda/runtime.h"

namespace compute::cuda {

// Laid out by hand: clang-format 14 indents a list of calls without semicolons further at every run.
// clang-format off
#define NEURASTER_CUDNN_FUNCTIONS(X)                                                                        \
  X(cudnnGetVersion) X(cudnnGetErrorString) X(cudnnCreate) X(cudnnDestroy) X(cudnnSetStream)                \
  X(cudnnCreateTensorDescriptor) X(cudnnDestroyTensorDescriptor) X(cudnnSetTensor4dDescriptor)              \
  X(cudnnCreateFilterDescriptor) X(cudnnDestroyFilterDescriptor) X(cudnnSetFilter4dDescriptor)              \
  X(cudnnCreateConvolutionDescriptor) X(cudnnDestroyConvolutionDescriptor)                                  \
  X(cudnnSetConvolution2dDescriptor) X(cudnnSetConvolutionMathType) X(cudnnCreateActivationDescriptor)      \
  X(cudnnDestroyActivationDescriptor) X(cudnnSetActivationDescriptor)                                       \
  X(cudnnFindConvolutionForwardAlgorithmEx) X(cudnnFindConvolutionBackwardDataAlgorithmEx)                  \
  X(cudnnFindConvolutionBackwardFilterAlgorithmEx) X(cudnnConvolutionForward)                               \
  X(cudnnConvolutionBiasActivationForward) X(cudnnConvolutionBackwardData)                                  \
  X(cudnnConvolutionBackwardFilter) X(cudnnConvolutionBackwardBias)
// clang-format on

/// The library and one handle on one stream. Made on the current device.
class Cudnn {
 public:
  /// `place`: a file, a folder, or empty for the loader's choice. Throws core::Error with one sentence.
  explicit Cudnn(const std::string& place);
  ~Cudnn();
  Cudnn(const Cudnn&) = delete;
  Cudnn& operator=(const Cudnn&) = delete;

  /// Makes the handle; needs a device.
  void start(cudaStream_t stream);
  cudnnHandle_t handle() const { return handle_; }
  std::string version() const;
  void check(cudnnStatus_t status, const char* what) const;

#define X(name) decltype(&::name) name = nullptr;
  NEURASTER_CUDNN_FUNCTIONS(X)
#undef X

 private:
  void* library_ = nullptr;
  cudnnHandle_t handle_ = nullptr;
};

/// Owns a descriptor.
template <typename T, auto Create, auto Destroy>
class Descriptor {
 public:
  explicit Descriptor(const Cudnn& cudnn) : cudnn_(&cudnn) {
    cudnn.check((cudnn.*Create)(&handle_), "cannot make a cuDNN descriptor");
  }
  ~Descriptor() { static_cast<void>((cudnn_->*Destroy)(handle_)); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  T get() const { return handle_; }

 private:
  const Cudnn* cudnn_;
  T handle_ = nullptr;
};
using TensorDescriptor = Descriptor<cudnnTensorDescriptor_t, &Cudnn::cudnnCreateTensorDescriptor,
                                    &Cudnn::cudnnDestroyTensorDescriptor>;
using FilterDescriptor = Descriptor<cudnnFilterDescriptor_t, &Cudnn::cudnnCreateFilterDescriptor,
                                    &Cudnn::cudnnDestroyFilterDescriptor>;
using ConvolutionDescriptor =
    Descriptor<cudnnConvolutionDescriptor_t, &Cudnn::cudnnCreateConvolutionDescriptor,
               &Cudnn::cudnnDestroyConvolutionDescriptor>;
using ActivationDescriptor = Descriptor<cudnnActivationDescriptor_t, &Cudnn::cudnnCreateActivationDescriptor,
                                        &Cudnn::cudnnDestroyActivationDescriptor>;

}  // namespace compute::cuda
