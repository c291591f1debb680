#pragma once
// What a device must be able to do: hold memory and tensors, run layers forward and backward, and run pass
// families. It knows no network. Backends are modules opened at run time; `reference` is the oracle for all,
// and exists in double too.
//
// At the interface a tensor is [channels / 16][height][width][16] scalars, batch one, channels padded to 16
// with zeros: what oneDNN computes fastest, and a concatenation is an offset. A backend may keep others
// inside. Weights are [out][in][kernel][kernel].

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compute/passes.h"
#include "compute/types.h"

namespace compute {

class Interop;
class NetworkPlan;

enum class Precision { f32, bf16, half };

struct Shape {
  int channels = 0, height = 0, width = 0;
  int blocks() const { return (channels + block_channels - 1) / block_channels; }
  std::size_t elements() const {
    return static_cast<std::size_t>(blocks()) * block_channels * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  friend bool operator==(const Shape&, const Shape&) = default;
};

/// Memory of a device, zeroed at allocation, freed on destruction.
class Memory {
 public:
  virtual ~Memory() = default;
  virtual void* data() = 0;
};

/// A tensor of activations. slice() is a view of whole blocks of channels that keeps the whole alive.
class Tensor {
 public:
  virtual ~Tensor() = default;
  virtual Shape shape() const = 0;
  virtual std::shared_ptr<Tensor> slice(int first_channel, int channels) = 0;
};
using TensorPtr = std::shared_ptr<Tensor>;

struct ConvolutionSpec {
  int in = 0, out = 0;
  int kernel = 3;  ///< 1 or 3, zero padded to keep the size
  int stride = 1;  ///< 1 or 2
  bool relu = true;
  std::size_t weight_count() const {
    return static_cast<std::size_t>(in) * static_cast<std::size_t>(out) *
           static_cast<std::size_t>(kernel * kernel);
  }
};

/// Weights and bias of one convolution, and their gradient sums, shared by every operation that uses them.
template <typename T>
class ParameterOf {
 public:
  virtual ~ParameterOf() = default;
  virtual void load(std::span<const T> weights, std::span<const T> bias) = 0;
  virtual void zero_gradient() = 0;
  virtual void read_gradient(std::span<T> weights, std::span<T> bias) = 0;
};

/// One layer bound to its tensors. backward() turns the gradient of the destination into that of the source
/// (`accumulate` adds to what is there) and adds to its parameter's; only after forward().
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void forward() = 0;
  virtual void backward(bool accumulate) = 0;
  virtual std::string implementation() const { return {}; }
};

/// A whole network with the family's passes on both sides of it, as few launches, for inference.
class FusedNetwork {
 public:
  virtual ~FusedNetwork() = default;
  /// Enqueues. `view`: of the family that it was fused with.
  virtual void forward(const void* view) = 0;
};

/// A backend in scalar T: float for devices, double for the oracle.
template <typename T>
class BackendOf {
 public:
  virtual ~BackendOf() = default;
  virtual std::string description() const = 0;
  virtual Precision precision() const = 0;  ///< of the activations

  /// Memory that run() and the tensors' reads and writes take; on a GPU no host code may follow its pointers.
  virtual std::unique_ptr<Memory> allocate(std::size_t bytes) = 0;
  virtual void clear(void* memory, std::size_t bytes) { std::memset(memory, 0, bytes); }
  virtual void copy_in(void* memory, const void* host, std::size_t bytes) {
    std::memcpy(memory, host, bytes);
  }
  /// Waits for what was asked for before.
  virtual void copy_out(void* host, const void* memory, std::size_t bytes) {
    std::memcpy(host, memory, bytes);
  }
  /// `exact`: in T whatever the precision, for the network's result.
  virtual TensorPtr tensor(Shape shape, bool with_gradient, bool exact = false) = 0;
  /// Makes a tensor's values lie at `values`, which are in interface layout and of this precision, in place
  /// of a write() or read(); for operations that run before the next call. False where the backend cannot.
  virtual bool alias(Tensor& tensor, void* values, Precision precision) {
    (void)tensor, (void)values, (void)precision;
    return false;
  }
  virtual std::shared_ptr<ParameterOf<T>> parameter(const ConvolutionSpec& spec) = 0;

  virtual std::unique_ptr<Operation> convolution(const ConvolutionSpec& spec, TensorPtr source,
                                                 std::shared_ptr<ParameterOf<T>> parameter,
                                                 TensorPtr destination, bool needs_source_gradient) = 0;
  /// Nearest, twice the size.
  virtual std::unique_ptr<Operation> upsample(TensorPtr source, TensorPtr destination) = 0;

  /// The passes of a family. Throws core::Error where this backend has none by its name and view.
  virtual std::unique_ptr<Passes> passes(const PassFamily& family) = 0;

  /// Everything from the pass that makes the network's input to the pass that reads its output. Null where
  /// the backend has no fused kernels for this plan and family. `parameters`: of each layer of the plan, null
  /// for those without; their load() takes effect here too. `padded`: of the input, in multiples of the
  /// plan's alignment.
  virtual std::unique_ptr<FusedNetwork> fuse(const PassFamily& family, const NetworkPlan& plan,
                                             std::span<const std::shared_ptr<ParameterOf<T>>> parameters,
                                             Size padded) {
    (void)family, (void)plan, (void)parameters, (void)padded;
    return nullptr;
  }

  /// Between interface layout and a tensor; forward() and backward() of network inputs and outputs.
  virtual void write(Tensor& tensor, const T* values) = 0;
  virtual void read(Tensor& tensor, T* values) = 0;
  virtual void write_gradient(Tensor& tensor, const T* values) = 0;
  virtual void read_gradient(Tensor& tensor, T* values) = 0;

  /// Does `work`, which asks for operations and passes and allocates nothing, as one launch where the device
  /// has such a thing (a CUDA graph). Groups of the same slot look alike from frame to frame.
  virtual void group(int slot, const std::function<void()>& work) {
    (void)slot;
    work();
  }
  /// Kernels, copies and clears in the last group; 0 where groups are no launch of their own.
  virtual int launches() const { return 0; }
  /// Returns when everything asked for is done.
  virtual void finish() = 0;
  /// Null where a renderer's memory cannot be shared.
  virtual Interop* interop() { return nullptr; }
};
using Backend = BackendOf<float>;

struct BackendOptions {
  int threads = 0;  ///< 0: core::thread_count()
  Precision precision = Precision::f32;
  // CUDA only.
  std::string cudnn = {};  ///< folder or file; empty: where the loader finds it
  std::optional<std::array<std::uint8_t, 16>> device_uuid = {};  ///< the GPU that Vulkan renders on
  bool fused = true;                  ///< f16: our own kernels; else layer by layer through cuDNN
  bool fast = false;                  ///< f32 products may be rounded as TF32 does
  std::vector<std::byte> joins = {};  ///< gpu::Device::external_queue(); empty: a context of its own
};

/// The one exported symbol of a backend module, `neuraster_backend`, returns this.
struct BackendModule {
  int version = 0;  ///< backend_version of the header it was built with
  const char* name = nullptr;
  Backend* (*create)(const BackendOptions&) = nullptr;  ///< throws core::Error
  bool (*supports)(Precision) = nullptr;                ///< natively, on this machine
};
inline constexpr int backend_version = 7;
using BackendEntry = const BackendModule* (*)();

/// Opens libneuraster_<name> beside the program (or `folder`, or NEURASTER_BACKENDS) and makes a backend.
/// "reference" needs no module. Throws core::Error where the file, its version or the device does not fit.
/// The module stays loaded for the life of the program.
std::unique_ptr<Backend> open_backend(const std::string& name, const BackendOptions& options = {},
                                      const std::string& folder = {});
/// Whether the module computes in this precision natively on this machine.
bool backend_supports(const std::string& name, Precision precision, const std::string& folder = {});

}  // namespace compute
