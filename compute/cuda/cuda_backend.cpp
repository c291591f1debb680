// The CUDA backend enqueues everything in order on one stream. The module opens on a machine without a
// driver; create() then says why it cannot run.

#include <algorithm>

#include "compute/cuda/external.h"
#include "compute/cuda/family.h"
#include "compute/cuda/fused/network.h"
#include "compute/cuda/range.h"
#include "compute/cuda/tensors.h"

namespace compute::cuda {
namespace {

class CudaMemory final : public Memory {
 public:
  CudaMemory(std::size_t bytes, cudaStream_t stream) : memory_(bytes, stream) {}
  void* data() override { return memory_.get(); }

 private:
  DeviceMemory memory_;
};

class PinnedMemory final : public Memory {
 public:
  explicit PinnedMemory(std::size_t bytes) {
    const cudaError_t result = cudaMallocHost(pointer_.address(), std::max<std::size_t>(bytes, 16));
    check(result, "cannot allocate pinned memory");
  }
  void* data() override { return pointer_.get(); }

 private:
  Unique<void*, cudaFreeHost> pointer_;
};

/// Uses two pairs of events in turn: the older pair is read before it is started again.
class EventStopwatch final : public Stopwatch {
 public:
  explicit EventStopwatch(cudaStream_t stream) : stream_(stream) {
    for (auto& pair : pairs_) pair = Pair{make_event(), make_event()};
  }
  void start() override {
    Pair& pair = pairs_[turn_];
    if (pair.used) read(pair);
    pair.used = false;
    check(cudaEventRecord(pair.begin.get(), stream_), "cannot time the GPU");
  }
  void stop() override {
    Pair& pair = pairs_[turn_];
    check(cudaEventRecord(pair.end.get(), stream_), "cannot time the GPU");
    pair.used = true;
    turn_ ^= 1;
  }
  std::optional<double> milliseconds() override {
    for (const std::size_t i : {turn_, turn_ ^ 1})  // older first
      if (pairs_[i].used) read(pairs_[i]);
    return newest_;
  }

 private:
  struct Pair {
    Event begin, end;
    bool used = false;
  };
  void read(Pair& pair) {
    float milliseconds = 0;
    if (cudaEventElapsedTime(&milliseconds, pair.begin.get(), pair.end.get()) == cudaSuccess)
      newest_ = milliseconds;
    else
      static_cast<void>(cudaGetLastError());  // the pair is not done yet
  }
  cudaStream_t stream_;
  Pair pairs_[2];
  std::size_t turn_ = 0;
  std::optional<double> newest_;
};

class CudaUpsample final : public Operation {
 public:
  CudaUpsample(ContextPtr context, std::shared_ptr<CudaTensor> source,
               std::shared_ptr<CudaTensor> destination)
      : context_(std::move(context)), source_(std::move(source)), destination_(std::move(destination)) {}
  void forward() override {
    check(upsample(source_->values(), source_->layout(), destination_->values(), destination_->layout(),
                   context_->half, context_->stream.get()),
          "cannot launch an upsampling");
    destination_->publish();
  }
  void backward(bool accumulate) override {
    check(upsample_backward(destination_->gradient(), destination_->layout(), source_->gradient(),
                            source_->layout(), accumulate, context_->stream.get()),
          "cannot launch the gradient of an upsampling");
  }

 private:
  ContextPtr context_;
  std::shared_ptr<CudaTensor> source_, destination_;
};

class CudaPasses final : public Passes {
 public:
  CudaPasses(const CudaFamily& family, cudaStream_t stream) : family_(family), stream_(stream) {}
  void run(int pass, const void* view) override {
    const CudaPass& p = family_.passes[static_cast<std::size_t>(pass)];
    const Range range(p.name.data());
    check(p.run(view, stream_), "cannot launch a pass");
  }
  void run_backward(int pass, const void* view) override {
    const CudaPass& p = family_.passes[static_cast<std::size_t>(pass)];
    if (!p.run_backward) return;
    const Range range(p.name.data());
    check(p.run_backward(view, stream_), "cannot launch a gradient");
  }

 private:
  const CudaFamily& family_;
  cudaStream_t stream_;
};

const CudaFamily& expect_family(const PassFamily& family) {
  const CudaFamily* compiled = find_family(Registry<CudaFamily>::all(), family);
  if (!compiled) core::fail("the cuda backend has no passes '{}' ({})", family.name, family.view);
  return *compiled;
}

class CudaBackend final : public Backend, private Interop {
 public:
  CudaBackend(const Found::Device& device, const BackendOptions& options)
      : fused_(options.fused), staged_(options.staged) {
    std::shared_ptr<JoinedContext> joined;
    std::string not_joined;
    try {
      joined = enter_context(device, options.joins);
    } catch (const core::Error& error) {
      if (options.joins.empty()) throw;
      not_joined = error.what();
      enter_context(device, {});
    }
    expect_code(ask_kernel(), device);
    context_ = std::make_shared<Context>();
    context_->joined = std::move(joined);
    context_->not_joined = std::move(not_joined);
    context_->device = device;
    context_->half = options.precision == Precision::half;
    context_->fast = options.fast;
    context_->cudnn_place = options.cudnn;
    if (!context_->half || !fused_) context_->cudnn();  // fails now, not at the first layer
  }
  ~CudaBackend() override { static_cast<void>(cudaStreamSynchronize(stream())); }

  std::string description() const override {
    const int capability = context_->device.capability;
    return fmt::format("cuda ({}, compute capability {}.{}, {}{})", context_->device.name, capability / 10,
                       capability % 10,
                       !context_->half ? (context_->fast ? "tf32, cuDNN" : "f32, cuDNN")
                       : fused_        ? "f16, own kernels"
                                       : "f16, cuDNN",
                       staged_ ? ", through copies" : join_state());
  }
  Precision precision() const override { return context_->half ? Precision::half : Precision::f32; }
  bool on_host() const override { return false; }

  std::unique_ptr<Memory> allocate(std::size_t bytes) override {
    return std::make_unique<CudaMemory>(bytes, stream());
  }
  void clear(void* memory, std::size_t bytes) override {
    check(cudaMemsetAsync(memory, 0, bytes, stream()), "cannot clear GPU memory");
  }
  void copy(void* to, const void* from, std::size_t bytes) override {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream()), "cannot copy on the GPU");
  }
  void copy_in(void* memory, const void* host, std::size_t bytes) override {
    check(cudaMemcpyAsync(memory, host, bytes, cudaMemcpyHostToDevice, stream()), "cannot copy to the GPU");
    finish();  // a driver may read pageable memory after the call too
  }
  void copy_out(void* host, const void* memory, std::size_t bytes) override {
    check(cudaMemcpyAsync(host, memory, bytes, cudaMemcpyDeviceToHost, stream()), "cannot copy from the GPU");
    finish();
  }

  TensorPtr tensor(Shape shape, bool with_gradient, bool) override {
    return std::make_shared<CudaTensor>(context_, shape, with_gradient);
  }
  std::shared_ptr<ParameterOf<float>> parameter(const ConvolutionSpec& spec) override {
    return std::make_shared<CudaParameter>(context_, spec);
  }
  std::unique_ptr<Operation> convolution(const ConvolutionSpec& spec, TensorPtr source,
                                         std::shared_ptr<ParameterOf<float>> parameter, TensorPtr destination,
                                         bool training) override {
    return make_cudnn_convolution(context_, spec, shared(source),
                                  std::static_pointer_cast<CudaParameter>(parameter), shared(destination),
                                  training);
  }
  std::unique_ptr<Operation> upsample(TensorPtr source, TensorPtr destination) override {
    return std::make_unique<CudaUpsample>(context_, shared(source), shared(destination));
  }
  std::unique_ptr<Passes> passes(const PassFamily& family) override {
    return std::make_unique<CudaPasses>(expect_family(family), stream());
  }
  std::unique_ptr<FusedNetwork> fuse(
      const PassFamily& family, const NetworkPlan& plan,
      std::span<const std::shared_ptr<ParameterOf<float>>> parameters) override {
    const NetworkEnds* ends = expect_family(family).ends;
    if (!context_->half || !fused_ || !ends) return nullptr;
    return make_fused_network(context_, *ends, plan, parameters);
  }

  // In write() and read() the interface's values lie in memory from allocate(), like all data of a step.
  void write(Tensor& tensor, const float* values) override {
    const CudaTensor& t = as(tensor);
    check(from_blocked(values, t.values(), t.layout(), t.half(), stream()), "cannot write a tensor");
    t.publish();
  }
  void read(Tensor& tensor, float* values) override {
    const CudaTensor& t = as(tensor);
    check(to_blocked(t.values(), values, t.layout(), t.half(), stream()), "cannot read a tensor");
  }
  void write_gradient(Tensor& tensor, const float* values) override {
    const CudaTensor& t = as(tensor);
    check(from_blocked(values, t.gradient(), t.layout(), false, stream()), "cannot write a gradient");
  }
  void read_gradient(Tensor& tensor, float* values) override {
    const CudaTensor& t = as(tensor);
    check(to_blocked(t.gradient(), values, t.layout(), false, stream()), "cannot read a gradient");
  }

  void group(int slot, const std::function<void()>& work) override;
  int launches() const override { return launches_; }
  void finish() override { check(cudaStreamSynchronize(stream()), "the GPU failed"); }

  Interop* interop() override { return this; }
  std::unique_ptr<Memory> import_memory(core::ExportedMemory memory) override {
    return std::make_unique<ExternalMemory>(std::move(memory));
  }
  std::unique_ptr<Timeline> import_timeline(core::ExportedSemaphore semaphore) override {
    return std::make_unique<ExternalTimeline>(std::move(semaphore), stream());
  }
  std::unique_ptr<Memory> pinned(std::size_t bytes) override { return std::make_unique<PinnedMemory>(bytes); }
  void copy_in_later(void* memory, const void* pinned, std::size_t bytes) override {
    check(cudaMemcpyAsync(memory, pinned, bytes, cudaMemcpyHostToDevice, stream()), "cannot copy to the GPU");
  }
  void copy_out_later(void* pinned, const void* memory, std::size_t bytes) override {
    check(cudaMemcpyAsync(pinned, memory, bytes, cudaMemcpyDeviceToHost, stream()),
          "cannot copy from the GPU");
  }
  void call_later(std::function<void()> work) override {
    auto owned = std::make_unique<std::function<void()>>(std::move(work));
    const auto call = [](void* given) {
      const std::unique_ptr<std::function<void()>> mine(static_cast<std::function<void()>*>(given));
      (*mine)();
    };
    check(cudaLaunchHostFunc(stream(), call, owned.get()), "cannot enqueue a call");
    static_cast<void>(owned.release());  // the call owns it; a failed device makes none and leaks it
  }
  std::unique_ptr<Stopwatch> stopwatch() override { return std::make_unique<EventStopwatch>(stream()); }
  void launch_again(int slot) override {
    if (!graphs_[slot & 1]) core::fail("there is no group to launch again");
    check(cudaGraphLaunch(graphs_[slot & 1].get(), stream()), "cannot launch a CUDA graph");
  }
  std::uint64_t allocated() const override { return allocated_bytes(); }
  void expect_alive() override {
    if (context_->joined) context_->joined->enter();
    const cudaError_t state = cudaStreamQuery(stream());
    if (state != cudaErrorNotReady) check(state, "the GPU failed");
  }

 private:
  cudaStream_t stream() const { return context_->stream.get(); }
  std::string join_state() const {
    if (context_->joined)
      return fmt::format(", joined with Vulkan, {} KiB of shared memory",
                         context_->joined->shared_memory() >> 10);
    return context_->not_joined.empty() ? "" : ", not joined: " + context_->not_joined;
  }
  static const CudaTensor& as(const Tensor& tensor) { return static_cast<const CudaTensor&>(tensor); }
  static std::shared_ptr<CudaTensor> shared(const TensorPtr& tensor) {
    return std::static_pointer_cast<CudaTensor>(tensor);
  }

  std::shared_ptr<Context> context_;
  bool fused_, staged_;
  GraphExec graphs_[2];  ///< one for each slot
  int launches_ = 0;
};

/// The graph is recorded anew each frame, since every frame's numbers are parameters of its kernels. The
/// slot's executable graph is only updated with them, unless the structure differs (after a reset, at
/// another size).
void CudaBackend::group(int slot, const std::function<void()>& work) {
  const Range range("generate");
  check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal), "cannot record a CUDA graph");
  Graph graph;
  try {
    work();
  } catch (...) {
    static_cast<void>(cudaStreamEndCapture(stream(), graph.address()));
    static_cast<void>(cudaGetLastError());
    throw;
  }
  check(cudaStreamEndCapture(stream(), graph.address()), "cannot record a CUDA graph");
  std::size_t nodes = 0;
  check(cudaGraphGetNodes(graph.get(), nullptr, &nodes), "cannot read a CUDA graph");
  launches_ = static_cast<int>(nodes);
  GraphExec& exec = graphs_[slot & 1];
  bool taken = false;
  if (exec) {
    cudaGraphExecUpdateResultInfo info{};
    taken = cudaGraphExecUpdate(exec.get(), graph.get(), &info) == cudaSuccess;
    if (!taken) static_cast<void>(cudaGetLastError());
  }
  if (!taken) {
    GraphExec made;
    check(cudaGraphInstantiate(made.address(), graph.get(), 0), "cannot make a CUDA graph");
    exec = std::move(made);
  }
  check(cudaGraphLaunch(exec.get(), stream()), "cannot launch a CUDA graph");
}

Backend* create(const BackendOptions& options) {
  if (options.precision == Precision::bf16)
    core::fail("the CUDA backend computes in f32 or f16, not in bf16");
  const Found found = look();
  return new CudaBackend(choose(found, options.device_uuid, options.staged), options);
}

std::vector<std::string> needs(const BackendOptions& options) {
  return requirements(look(), options.cudnn);
}

bool supports(Precision precision) {
  return precision != Precision::bf16;
}

}  // namespace
}  // namespace compute::cuda

extern "C" __attribute__((visibility("default"))) const compute::BackendModule* neuraster_backend() {
  static const compute::BackendModule module{compute::backend_version, "cuda", compute::cuda::create,
                                             compute::cuda::supports, compute::cuda::needs};
  return &module;
}
