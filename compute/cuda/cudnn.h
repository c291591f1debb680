#pragma once
// cuDNN, opened at run time: the functions that the backend uses. The program runs without it where it is
// missing.

#include <cudnn.h>

#include <memory>
#include <string>

#include "compute/cuda/runtime.h"

namespace compute::cuda {

// This list is laid out by hand: clang-format 14 indents calls without semicolons further at every run.
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

/// Holds the library and one handle on one stream, on the device that is current at start(). One thread at
/// a time may use it.
class Cudnn {
 public:
  /// Opens the library at `place`: a file, a folder, or the loader's choice where it is empty. Throws
  /// core::Error with one sentence.
  explicit Cudnn(const std::string& place);
  ~Cudnn();
  Cudnn(const Cudnn&) = delete;
  Cudnn& operator=(const Cudnn&) = delete;

  /// Makes the handle on `stream`. Needs a device; throws core::Error.
  void start(cudaStream_t stream);
  cudnnHandle_t handle() const { return handle_; }
  /// Returns the library's version, "major.minor.patch".
  std::string version() const;
  /// Throws core::Error with `what` and cuDNN's own text unless the call succeeded.
  void check(cudnnStatus_t status, const char* what) const;

#define X(name) decltype(&::name) name = nullptr;
  NEURASTER_CUDNN_FUNCTIONS(X)
#undef X

 private:
  void* library_ = nullptr;
  cudnnHandle_t handle_ = nullptr;
};

/// Owns a cuDNN descriptor. The library must outlive it.
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
