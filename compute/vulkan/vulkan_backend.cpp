// The Vulkan backend enqueues everything in order on one queue, of the renderer's device or of its own. It is
// for inference. The module opens on a machine without a driver; create() then says why it cannot run.

#include "compute/interop.h"
#include "compute/vulkan/fused/network.h"
#include "compute/vulkan/group.h"
#include "compute/vulkan/layers/layers.h"
#include "compute/vulkan/products.h"

namespace compute::vulkan {
namespace {

class VulkanMemory final : public Memory {
 public:
  VulkanMemory(const ContextPtr& context, std::size_t bytes, Kind kind) : memory_(context, bytes, kind) {}
  void* data() override {
    const Buffer& buffer = memory_.buffer();
    return buffer.mapped() ? static_cast<void*>(buffer.mapped()) : pointer_to(buffer.address());
  }

 private:
  DeviceMemory memory_;
};

class SharedTimeline final : public Timeline {
 public:
  SharedTimeline(ContextPtr context, VkSemaphore semaphore)
      : context_(std::move(context)), semaphore_(semaphore) {}
  void wait(std::uint64_t value) override { context_->stream.wait_for(semaphore_, value); }
  void signal(std::uint64_t value) override { context_->stream.signal(semaphore_, value); }

 private:
  ContextPtr context_;
  VkSemaphore semaphore_;
};

/// Uses two pairs of timestamps in turn: the older pair is read before it is written again.
class TimestampStopwatch final : public Stopwatch {
 public:
  explicit TimestampStopwatch(ContextPtr context) : context_(std::move(context)) {
    for (auto& pair : pairs_) pair.times = std::make_unique<Timestamps>(context_->device, 2);
  }
  void start() override {
    Pair& pair = pairs_[turn_];
    read(pair);
    pair.used = false;
    context_->stream.write_timestamp(*pair.times, 0, true);
  }
  void stop() override {
    Pair& pair = pairs_[turn_];
    context_->stream.write_timestamp(*pair.times, 1, false);
    pair.used = true;
    turn_ ^= 1;
  }
  std::optional<double> milliseconds() override {
    for (const std::size_t i : {turn_, turn_ ^ 1}) read(pairs_[i]);  // older first
    return newest_;
  }

 private:
  struct Pair {
    std::unique_ptr<Timestamps> times;
    bool used = false;
  };
  void read(const Pair& pair) {
    if (!pair.used) return;
    if (const auto time = pair.times->between(0, 1)) newest_ = time;
  }
  ContextPtr context_;
  Pair pairs_[2];
  std::size_t turn_ = 0;
  std::optional<double> newest_;
};

/// Where the queue has no timestamps.
class NoStopwatch final : public Stopwatch {
 public:
  void start() override {}
  void stop() override {}
  std::optional<double> milliseconds() override { return std::nullopt; }
};

class VulkanPasses final : public Passes {
 public:
  VulkanPasses(const VulkanFamily& family, ContextPtr context)
      : family_(family), context_(std::move(context)) {
    for (const VulkanPass& pass : family.passes)
      pipelines_.push_back(pass.spirv.empty() ? VK_NULL_HANDLE : context_->pipelines.get(pass.spirv));
  }
  void run(int pass, const void* view) override {
    const auto index = static_cast<std::size_t>(pass);
    if (!pipelines_[index]) return;
    const VulkanPass& p = family_.passes[index];
    const Size grid = p.grid(view);
    if (grid.width < 1 || grid.height < 1) return;
    const std::int32_t push[2] = {grid.width, grid.height};
    Dispatch dispatch;
    dispatch.pipeline = pipelines_[index];
    dispatch.groups = {groups(grid.width, NEURASTER_GROUP_WIDTH), groups(grid.height, NEURASTER_GROUP_HEIGHT),
                       1};
    dispatch.push = std::as_bytes(std::span(push));
    dispatch.view = {static_cast<const std::byte*>(view), family_.view_bytes};
    dispatch.name = p.name;
    context_->stream.dispatch(dispatch);
  }
  void run_backward(int, const void*) override { core::fail("the vulkan backend cannot train"); }

 private:
  static std::uint32_t groups(int size, int of_group) {
    return static_cast<std::uint32_t>((size + of_group - 1) / of_group);
  }
  const VulkanFamily& family_;
  ContextPtr context_;
  std::vector<VkPipeline> pipelines_;
};

const VulkanFamily& expect_family(const PassFamily& family) {
  const VulkanFamily* compiled = find_family(Registry<VulkanFamily>::all(), family);
  if (!compiled) core::fail("the vulkan backend has no passes '{}' ({})", family.name, family.view);
  return *compiled;
}

class VulkanBackend final : public Backend, private Interop {
 public:
  explicit VulkanBackend(const BackendOptions& options)
      : context_(std::make_shared<Context>(options)),
        choice_(choose_product(context_, options.precision)),
        fused_(options.fused) {}
  ~VulkanBackend() override {
    try {
      stream().finish();
    } catch (const core::Error&) {
      // A failed device has no work to wait for, and whoever used it last was told.
    }
  }

  std::string description() const override {
    const DeviceFacts& facts = context_->device.facts();
    return fmt::format("vulkan ({}, {}{}{}{})", facts.name, name_of(choice_.product),
                       fused_ ? "" : ", layer by layer", choice_.reason.empty() ? "" : ", ", choice_.reason);
  }
  Precision precision() const override { return context_->half() ? Precision::half : Precision::f32; }
  bool on_host() const override { return false; }

  std::unique_ptr<Memory> allocate(std::size_t bytes) override {
    return std::make_unique<VulkanMemory>(context_, bytes, Kind::device);
  }
  void clear(void* memory, std::size_t bytes) override {
    stream().clear(context_->heap.find(memory, bytes), bytes);
  }
  void copy(void* to, const void* from, std::size_t bytes) override {
    stream().copy(context_->heap.find(to, bytes), context_->heap.find(from, bytes), bytes);
  }
  void copy_in(void* memory, const void* host, std::size_t bytes) override {
    context_->copy_in(context_->heap.find(memory, bytes), host, bytes);
  }
  void copy_out(void* host, const void* memory, std::size_t bytes) override {
    context_->copy_out(host, context_->heap.find(memory, bytes), bytes);
  }

  TensorPtr tensor(Shape shape, bool with_gradient, bool exact) override {
    if (with_gradient) core::fail("the vulkan backend cannot train: use --backend cuda or cpu");
    return std::make_shared<VulkanTensor>(context_, shape, exact);
  }
  bool alias(Tensor& tensor, void* values, Precision precision) override {
    auto& t = as(tensor);
    if (precision != (t.half() ? Precision::half : Precision::f32)) return false;
    return t.alias(reinterpret_cast<VkDeviceAddress>(values));
  }
  std::shared_ptr<ParameterOf<float>> parameter(const ConvolutionSpec& spec) override {
    return std::make_shared<VulkanParameter>(context_, spec);
  }
  std::unique_ptr<Operation> convolution(const ConvolutionSpec& spec, TensorPtr source,
                                         std::shared_ptr<ParameterOf<float>> parameter, TensorPtr destination,
                                         bool training) override {
    if (training) core::fail("the vulkan backend cannot train: use --backend cuda or cpu");
    return make_convolution(context_, spec, shared(source),
                            std::static_pointer_cast<VulkanParameter>(parameter), shared(destination));
  }
  std::unique_ptr<Operation> upsample(TensorPtr source, TensorPtr destination) override {
    return make_upsample(context_, shared(source), shared(destination));
  }
  std::unique_ptr<Passes> passes(const PassFamily& family) override {
    return std::make_unique<VulkanPasses>(expect_family(family), context_);
  }
  std::unique_ptr<FusedNetwork> fuse(
      const PassFamily& family, const NetworkPlan& plan,
      std::span<const std::shared_ptr<ParameterOf<float>>> parameters) override {
    if (!fused_) return nullptr;
    return make_fused_network(context_, expect_family(family), plan, parameters);
  }

  // In write() and read() the interface's values lie in memory from allocate(), like all data of a step.
  void write(Tensor& tensor, const float* values) override {
    const VulkanTensor& t = as(tensor);
    const auto from = reinterpret_cast<VkDeviceAddress>(values);
    if (t.half()) return to_halfs(*context_, from, t.address(), t.shape().elements());
    copy(pointer_to(t.address()), values, t.bytes());
  }
  void read(Tensor& tensor, float* values) override {
    const VulkanTensor& t = as(tensor);
    const auto to = reinterpret_cast<VkDeviceAddress>(values);
    if (t.half()) return to_floats(*context_, t.address(), to, t.shape().elements());
    copy(values, pointer_to(t.address()), t.bytes());
  }
  void write_gradient(Tensor&, const float*) override { core::fail("the vulkan backend cannot train"); }
  void read_gradient(Tensor&, float*) override { core::fail("the vulkan backend cannot train"); }

  void group(int slot, const std::function<void()>& work) override {
    stream().group(slot, work, times_stages_);
  }
  int launches() const override { return context_->stream.launches(); }
  void finish() override { stream().finish(); }

  Interop* interop() override { return this; }
  std::unique_ptr<Memory> import_memory(core::ExportedMemory) override {
    core::fail("the vulkan backend computes on the renderer's device and imports no memory");
  }
  std::unique_ptr<Timeline> import_timeline(core::ExportedSemaphore) override {
    core::fail("the vulkan backend computes on the renderer's device and imports no semaphores");
  }
  std::unique_ptr<Timeline> share_timeline(void* semaphore) override {
    return std::make_unique<SharedTimeline>(context_, static_cast<VkSemaphore>(semaphore));
  }
  std::unique_ptr<Memory> pinned(std::size_t bytes) override {
    return std::make_unique<VulkanMemory>(context_, bytes, Kind::readback);
  }
  void copy_in_later(void* memory, const void* pinned, std::size_t bytes) override {
    stream().copy(context_->heap.find(memory, bytes), context_->heap.find_mapped(pinned, bytes), bytes);
  }
  void copy_out_later(void* pinned, const void* memory, std::size_t bytes) override {
    stream().copy(context_->heap.find_mapped(pinned, bytes), context_->heap.find(memory, bytes), bytes);
    stream().show_host();
  }
  void call_later(std::function<void()>) override {
    core::fail("the vulkan backend calls no function of the host: wait for a timeline instead");
  }
  std::unique_ptr<Stopwatch> stopwatch() override {
    if (context_->device.facts().nanoseconds_per_tick == 0) return std::make_unique<NoStopwatch>();
    return std::make_unique<TimestampStopwatch>(context_);
  }
  void launch_again(int slot) override { stream().launch_again(slot); }
  void time_stages(bool on) override { times_stages_ = on; }
  std::vector<Stage> stages() override { return stream().stages(); }
  std::uint64_t allocated() const override { return allocated_bytes(); }
  void expect_alive() override { stream().expect_alive(); }

 private:
  Stream& stream() { return context_->stream; }
  static VulkanTensor& as(Tensor& tensor) { return static_cast<VulkanTensor&>(tensor); }
  static std::shared_ptr<VulkanTensor> shared(const TensorPtr& tensor) {
    return std::static_pointer_cast<VulkanTensor>(tensor);
  }

  ContextPtr context_;
  Choice choice_;
  bool fused_, times_stages_ = false;
};

Backend* create(const BackendOptions& options) {
  if (options.precision == Precision::bf16)
    core::fail("the vulkan backend computes in f32 or f16, not in bf16");
  return new VulkanBackend(options);
}

bool supports(Precision precision) {
  return precision != Precision::bf16;
}

}  // namespace
}  // namespace compute::vulkan

extern "C" __attribute__((visibility("default"))) const compute::BackendModule* neuraster_backend() {
  static const compute::BackendModule module{compute::backend_version, "vulkan", compute::vulkan::create,
                                             compute::vulkan::supports};
  return &module;
}
