#pragma once
// The interface to a device: memory and tensors, layers that run forward and backward, and pass families.
// It knows no network. Backends are modules opened at run time; `reference` is the oracle that all are
// tested against, and it exists in double too.
//
// At the interface a tensor is [channels / 16][height][width][16] scalars of one picture, and channels are
// padded to 16 with zeros: oneDNN computes fastest in this layout, and a concatenation is an offset. A
// backend may use another layout inside. Weights are [out][in][kernel][kernel].

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
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
  /// Counts the blocks of 16 channels.
  int blocks() const { return (channels + block_channels - 1) / block_channels; }
  /// Counts the scalars, padding included.
  std::size_t elements() const {
    return static_cast<std::size_t>(blocks()) * block_channels * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  friend bool operator==(const Shape&, const Shape&) = default;
};

/// Memory of a device. It is zeroed at allocation and freed on destruction.
class Memory {
 public:
  virtual ~Memory() = default;
  virtual void* data() = 0;
};

/// A tensor of activations. slice() returns a view of some of its channels, which keeps the whole tensor
/// alive; both numbers are multiples of 16.
class Tensor {
 public:
  virtual ~Tensor() = default;
  virtual Shape shape() const = 0;
  virtual std::shared_ptr<Tensor> slice(int first_channel, int channels) = 0;
};
using TensorPtr = std::shared_ptr<Tensor>;

struct ConvolutionSpec {
  int in = 0, out = 0;
  int kernel = 3;  ///< 1 or 3; zero padding keeps the size
  int stride = 1;  ///< 1 or 2
  bool relu = true;
  std::size_t weight_count() const {
    return static_cast<std::size_t>(in) * static_cast<std::size_t>(out) *
           static_cast<std::size_t>(kernel * kernel);
  }
};

/// Weights and bias of one convolution with the sums of their gradients, shared by every operation that
/// uses them. load() takes [out][in][kernel][kernel] and [out]; read_gradient() fills the same shapes on
/// the host and waits for the work that makes them.
template <typename T>
class ParameterOf {
 public:
  virtual ~ParameterOf() = default;
  virtual void load(std::span<const T> weights, std::span<const T> bias) = 0;
  virtual void zero_gradient() = 0;
  virtual void read_gradient(std::span<T> weights, std::span<T> bias) = 0;
};

/// One layer bound to its tensors; both functions enqueue. backward() needs a forward() before it. It turns
/// the gradient of the destination into the source's, which is added to with `accumulate`, and adds to the
/// gradient sums of its parameter.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void forward() = 0;
  virtual void backward(bool accumulate) = 0;
  /// The backend's name for how it computes the layer; empty where it gives none.
  virtual std::string implementation() const { return {}; }
};

/// A whole network together with the passes on both sides of it, as a few launches, for inference only.
/// It serves inputs of every size and has no memory of its own but the weights.
class FusedNetwork {
 public:
  virtual ~FusedNetwork() = default;
  /// Enqueues. `view` points to the view struct of the family that the network was fused with; `padded` is
  /// the size of the input in multiples of the plan's alignment; `scratch` has scratch_bytes(padded) bytes of
  /// the backend's memory, whose contents do not matter before and after.
  virtual void forward(const void* view, Size padded, void* scratch) = 0;
  virtual std::size_t scratch_bytes(Size padded) const = 0;
  /// Returns how many of the first bytes are still read when the pass after the network writes: its results
  /// may lie behind them.
  virtual std::size_t read_last(Size padded) const = 0;
  /// True where forward() also does the work of all passes after the one behind the network, and keeps what
  /// that one makes to itself.
  virtual bool includes_passes_after() const { return false; }
  /// There, enqueues that pass once more for the last forward(), of this view, and stores what it makes.
  virtual void output_again(const void* /*view*/) {}
};

/// A backend in scalar T: float for devices, double for the oracle. One thread at a time may use it. It
/// must outlive what it made. Failures throw core::Error; on a GPU those of enqueued work may only show at
/// a later call that waits.
template <typename T>
class BackendOf {
 public:
  virtual ~BackendOf() = default;
  virtual std::string description() const = 0;
  virtual Precision precision() const = 0;  ///< of the activations
  /// Whether passes run on the host, so that a view may hold the address of anything there.
  virtual bool on_host() const { return true; }

  /// Allocates zeroed memory for passes, write() and read(). On a GPU the host must not follow its
  /// pointers.
  virtual std::unique_ptr<Memory> allocate(std::size_t bytes) = 0;
  /// Sets `bytes` bytes to zero; enqueues.
  virtual void clear(void* memory, std::size_t bytes) { std::memset(memory, 0, bytes); }
  /// Copies within the backend's memory; enqueues.
  virtual void copy(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
  /// Copies to the backend's memory; the host's bytes have been read when this returns.
  virtual void copy_in(void* memory, const void* host, std::size_t bytes) {
    std::memcpy(memory, host, bytes);
  }
  /// Copies to the host. Waits for the work that was enqueued before.
  virtual void copy_out(void* host, const void* memory, std::size_t bytes) {
    std::memcpy(host, memory, bytes);
  }
  /// Makes a zeroed tensor. With `exact` it stores T whatever the precision is, as the network's result
  /// needs.
  virtual TensorPtr tensor(Shape shape, bool with_gradient, bool exact = false) = 0;
  /// Lets the tensor use the memory at `values` (interface layout, this precision) in place of a write() or
  /// a read(). This holds for operations that run before the next call. Returns false where the backend
  /// cannot.
  virtual bool alias(Tensor& tensor, void* values, Precision precision) {
    (void)tensor, (void)values, (void)precision;
    return false;
  }
  /// Makes the parameter of one convolution; load() gives it its values.
  virtual std::shared_ptr<ParameterOf<T>> parameter(const ConvolutionSpec& spec) = 0;

  /// Binds a convolution to its tensors. The destination has spec.out channels and the size of the source
  /// divided by the stride, rounded up. backward() needs tensors with gradients.
  virtual std::unique_ptr<Operation> convolution(const ConvolutionSpec& spec, TensorPtr source,
                                                 std::shared_ptr<ParameterOf<T>> parameter,
                                                 TensorPtr destination, bool needs_source_gradient) = 0;
  /// Binds an upsampling by nearest neighbours to twice the size on each axis.
  virtual std::unique_ptr<Operation> upsample(TensorPtr source, TensorPtr destination) = 0;

  /// Returns the passes of a family. Throws core::Error where this backend has none with its name and view.
  virtual std::unique_ptr<Passes> passes(const PassFamily& family) = 0;

  /// Fuses everything from the pass that writes the network's input to the pass that reads its output.
  /// Returns null where the backend has no fused kernels for this plan and family. `parameters` has one
  /// entry for each layer of the plan, null for layers without weights; a later load() takes effect here
  /// too.
  virtual std::unique_ptr<FusedNetwork> fuse(const PassFamily& family, const NetworkPlan& plan,
                                             std::span<const std::shared_ptr<ParameterOf<T>>> parameters) {
    (void)family, (void)plan, (void)parameters;
    return nullptr;
  }

  /// These copy between interface layout in this backend's memory and a tensor or its gradient. Operations
  /// read what write() wrote; read() returns what they computed.
  virtual void write(Tensor& tensor, const T* values) = 0;
  virtual void read(Tensor& tensor, T* values) = 0;
  virtual void write_gradient(Tensor& tensor, const T* values) = 0;
  virtual void read_gradient(Tensor& tensor, T* values) = 0;

  /// Runs `work`, which may enqueue operations and passes but allocate nothing, as one launch where the
  /// device supports that (a CUDA graph). The work of one slot should have the same structure in each
  /// frame.
  virtual void group(int slot, const std::function<void()>& work) {
    (void)slot;
    work();
  }
  /// Counts kernels, copies and clears in the last group; 0 where a group is no launch of its own.
  virtual int launches() const { return 0; }
  /// Returns when all enqueued work is done.
  virtual void finish() = 0;
  /// Returns null where a renderer's memory cannot be shared.
  virtual Interop* interop() { return nullptr; }
};
using Backend = BackendOf<float>;

/// A Vulkan device to compute on, by the API's handles, which its owner keeps until the backend is destroyed.
/// It has Vulkan 1.3 and, enabled, bufferDeviceAddress, scalarBlockLayout, timelineSemaphore,
/// synchronization2, maintenance4, and 8-bit and 16-bit storage in storage buffers, 8-bit in uniform buffers
/// too.
struct VulkanDevice {
  void* instance = nullptr;
  void* physical_device = nullptr;
  void* device = nullptr;
  void* queue = nullptr;
  std::uint32_t queue_family = 0;          ///< with compute
  void* get_instance_proc_addr = nullptr;  ///< PFN_vkGetInstanceProcAddr
  std::mutex* queue_lock = nullptr;        ///< held around each submission, where others submit to this queue
  bool float16 = false;                    ///< shaderFloat16 is enabled
  bool cooperative_matrix = false;         ///< VK_KHR_cooperative_matrix and vulkanMemoryModel are enabled
};

struct BackendOptions {
  int threads = 0;  ///< 0: core::thread_count()
  Precision precision = Precision::f32;
  /// vulkan: where to compute; it has no device of its own.
  std::optional<VulkanDevice> vulkan = {};
  bool fused = true;  ///< cuda in f16, vulkan: use our own fused kernels, else layer by layer
  // The options below are for CUDA only.
  std::string cudnn = {};  ///< folder or file; when empty, the loader searches for it
  std::optional<std::array<std::uint8_t, 16>> device_uuid = {};  ///< the GPU that Vulkan renders on
  bool staged = false;                ///< another GPU than that will do: nothing is shared with Vulkan
  bool fast = false;                  ///< f32 products may be rounded to TF32
  std::vector<std::byte> joins = {};  ///< gpu::Device::external_queue(); empty: a context of its own
};

/// The module's only exported symbol, the function `neuraster_backend`, returns this.
struct BackendModule {
  int version = 0;  ///< backend_version of the header that it was built with
  const char* name = nullptr;
  Backend* (*create)(const BackendOptions&) = nullptr;  ///< throws core::Error
  bool (*supports)(Precision) = nullptr;                ///< natively on this machine
  /// Returns a line for each thing that the module needs beside itself, with what was found; may be null.
  std::vector<std::string> (*needs)(const BackendOptions&) = nullptr;
};
inline constexpr int backend_version = 10;
using BackendEntry = const BackendModule* (*)();

/// Opens libneuraster_<name> beside the program (or in `folder`, or in NEURASTER_BACKENDS) and makes a
/// backend. "reference" needs no module. Throws core::Error where the file, its version or the device does
/// not fit. The module stays loaded for the life of the program.
std::unique_ptr<Backend> open_backend(const std::string& name, const BackendOptions& options = {},
                                      const std::string& folder = {});
/// Returns whether the module computes in this precision natively on this machine. Throws as open_backend()
/// does where the module cannot be opened.
bool backend_supports(const std::string& name, Precision precision, const std::string& folder = {});
/// Returns what the module needs, from which version on, and what was found here, a line each. Throws as
/// backend_supports() does.
std::vector<std::string> backend_needs(const std::string& name, const BackendOptions& options = {},
                                       const std::string& folder = {});

}  // namespace compute
