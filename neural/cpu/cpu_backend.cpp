// The CPU backend: convolutions by oneDNN in blocked layouts, per-pixel passes by our own loops.

#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/memory.h"
#include "core/parallel.h"
#include "neural/cpu/dnnl_api.h"
#include "neural/cpu/pixel_loops.h"

namespace neural::cpu {
namespace {

using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;

/// 64-byte aligned, zeroed.
class HostMemory final : public Memory {
 public:
  explicit HostMemory(std::size_t bytes) {
    core::expect_memory(bytes, "the network");
    const std::size_t rounded = (bytes + 63) / 64 * 64;
    data_ = std::aligned_alloc(64, std::max<std::size_t>(rounded, 64));
    if (!data_) throw std::bad_alloc();
    std::memset(data_, 0, rounded);
  }
  ~HostMemory() override { std::free(data_); }
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;
  void* data() override { return elsewhere_ ? elsewhere_ : data_; }
  /// Null: its own again.
  void point_to(void* elsewhere) { elsewhere_ = elsewhere; }

 private:
  void* data_ = nullptr;
  void* elsewhere_ = nullptr;
};

std::size_t bytes_of(Type type) {
  return type == Type::f32 ? 4 : 2;
}

/// Channels in a block: those of the interface with AVX-512; oneDNN's AVX2 kernels know blocks of 8 only.
int block_of_this_machine() {
  return dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx512_core ? block_channels : 8;
}

class CpuTensor final : public Tensor {
 public:
  CpuTensor(Shape shape, Type type, int block, bool with_gradient)
      : shape_(shape),
        type_(type),
        block_(block),
        values_(std::make_shared<HostMemory>(shape.elements() * bytes_of(type))),
        gradient_(with_gradient ? std::make_shared<HostMemory>(shape.elements() * bytes_of(type)) : nullptr) {
  }
  Shape shape() const override { return shape_; }
  std::shared_ptr<Tensor> slice(int first, int channels) override {
    auto part = std::make_shared<CpuTensor>(*this);
    part->shape_.channels = channels;
    part->offset_ = offset_ + Shape{first, shape_.height, shape_.width}.elements() * bytes_of(type_);
    return part;
  }
  char* values() const { return static_cast<char*>(values_->data()) + offset_; }
  char* gradient() const { return gradient_ ? static_cast<char*>(gradient_->data()) + offset_ : nullptr; }
  Type type() const { return type_; }
  int block() const { return block_; }
  /// Rows of whole blocks.
  int rows() const { return shape_.blocks() * (block_channels / block_) * shape_.height; }
  Desc interface_desc() const { return desc(Type::f32, Tag::nChw16c); }
  Desc desc() const { return desc(type_, block_ == 8 ? Tag::nChw8c : Tag::nChw16c); }
  /// In place of its own memory, for itself and its slices.
  bool alias(void* values, Type type) const {
    if (type != type_ || block_ != block_channels || gradient_ || offset_ != 0) return false;
    values_->point_to(values);
    return true;
  }
  void own() const { values_->point_to(nullptr); }

 private:
  Desc desc(Type type, Tag tag) const {
    return {{1, shape_.channels, shape_.height, shape_.width}, type, tag};
  }

  Shape shape_;
  Type type_;
  int block_;
  std::size_t offset_ = 0;
  std::shared_ptr<HostMemory> values_, gradient_;
};

const CpuTensor& as(const Tensor& tensor) {
  return static_cast<const CpuTensor&>(tensor);
}

/// Engine, stream and threads, shared by everything a backend made.
struct Context {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  int threads = 1, block = block_of_this_machine();
  Type type = Type::f32;
  std::vector<float> scratch;  ///< of an accumulating backward pass

  void reorder(const dnnl::memory& from, const dnnl::memory& to) {
    auto& source = const_cast<dnnl::memory&>(from);
    auto& destination = const_cast<dnnl::memory&>(to);
    dnnl::reorder(source, destination).execute(stream, source, destination);
  }
};

class CpuParameter final : public ParameterOf<float> {
 public:
  CpuParameter(std::shared_ptr<Context> context, const ConvolutionSpec& spec)
      : context_(std::move(context)),
        plain_desc_({spec.out, spec.in, spec.kernel, spec.kernel}, Type::f32, Tag::oihw),
        plain_(plain_desc_, context_->engine),
        bias_({{spec.out}, Type::f32, Tag::x}, context_->engine) {
    std::memset(plain_.get_data_handle(), 0, plain_desc_.get_size());
    // Bias is read and its gradient written in whole blocks by some kernels.
    bias_sum_.resize(static_cast<std::size_t>(spec.out));
  }

  void load(std::span<const float> weights, std::span<const float> bias) override {
    std::copy(weights.begin(), weights.end(), static_cast<float*>(plain_.get_data_handle()));
    std::copy(bias.begin(), bias.end(), static_cast<float*>(bias_.get_data_handle()));
    for (auto& copy : copies_) context_->reorder(plain_, copy);
  }

  /// The weights in the layout that a primitive wants, kept up to date by load().
  dnnl::memory weights(const Desc& desc) {
    for (auto& copy : copies_)
      if (copy.get_desc() == desc) return copy;
    copies_.emplace_back(desc, context_->engine);
    context_->reorder(plain_, copies_.back());
    return copies_.back();
  }
  dnnl::memory bias() const { return bias_; }

  /// Where a primitive writes its gradient, and the sum that add() adds it to.
  struct Gradient {
    dnnl::memory once, bias_once;
    std::vector<float> sum;
  };
  std::size_t gradient_slot(const Desc& desc) {
    for (std::size_t i = 0; i < gradients_.size(); ++i)
      if (gradients_[i].once.get_desc() == desc) return i;
    gradients_.push_back({dnnl::memory(desc, context_->engine),
                          dnnl::memory(bias_.get_desc(), context_->engine),
                          std::vector<float>(desc.get_size() / sizeof(float))});
    return gradients_.size() - 1;
  }
  Gradient& gradient(std::size_t slot) { return gradients_[slot]; }
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
    // Not Winograd: oneDNN 2.6 makes none for these layouts, and its `auto` is direct for each of the layers.
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

class CpuUpsample final : public Operation {
 public:
  CpuUpsample(std::shared_ptr<Context> context, const Tensor& source, const Tensor& destination)
      : context_(std::move(context)), source_(as(source)), destination_(as(destination)) {}

  void forward() override {
    if (source_.block() == 8)
      copy_rows<8 * sizeof(float)>();
    else if (source_.type() == Type::f32)
      copy_rows<block_channels * sizeof(float)>();
    else
      copy_rows<block_channels * 2>();
  }

  void backward(bool accumulate) override {
    const auto width = static_cast<std::size_t>(source_.shape().width);
    const auto block = static_cast<std::size_t>(source_.block());
    const int rows = source_.rows();
    const float* big = reinterpret_cast<const float*>(destination_.gradient());
    float* small = reinterpret_cast<float*>(source_.gradient());
#pragma omp parallel for num_threads(context_->threads)
    for (int row = 0; row < rows; ++row) {
      const float* upper = big + static_cast<std::size_t>(row) * 4 * width * block;
      const float* lower = upper + 2 * width * block;
      float* sum = small + static_cast<std::size_t>(row) * width * block;
      for (std::size_t x = 0; x < width; ++x)
        for (std::size_t c = 0; c < block; ++c) {
          const std::size_t left = 2 * x * block + c, right = left + block;
          const float total = upper[left] + upper[right] + lower[left] + lower[right];
          sum[x * block + c] = accumulate ? sum[x * block + c] + total : total;
        }
    }
  }

 private:
  /// Both sizes are even, so half of a row over all blocks is the source's.
  template <std::size_t pixel>
  void copy_rows() {
    const auto width = static_cast<std::size_t>(destination_.shape().width);
    const int rows = destination_.rows();
#pragma omp parallel for num_threads(context_->threads)
    for (int y = 0; y < rows; ++y) {
      const auto row = static_cast<std::size_t>(y);
      const char* from = source_.values() + row / 2 * (width / 2) * pixel;
      char* to = destination_.values() + row * width * pixel;
      for (std::size_t x = 0; x < width; ++x) std::memcpy(to + x * pixel, from + x / 2 * pixel, pixel);
    }
  }

  std::shared_ptr<Context> context_;
  CpuTensor source_, destination_;
};

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(const BackendOptions& options)
      : loops_(best_pixel_loops()), precision_(options.precision) {
    context_->threads = options.threads > 0 ? options.threads : core::thread_count();
    context_->type = precision_ == Precision::bf16 ? Type::bf16 : Type::f32;
  }
  std::string description() const override {
    return fmt::format("cpu (oneDNN {}.{}.{}, {}, {}, {} threads)", DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR,
                       DNNL_VERSION_PATCH, loops_.name, precision_ == Precision::bf16 ? "bf16" : "f32",
                       context_->threads);
  }
  Precision precision() const override { return precision_; }
  std::unique_ptr<Memory> allocate(std::size_t bytes) override { return std::make_unique<HostMemory>(bytes); }
  TensorPtr tensor(Shape shape, bool with_gradient, bool exact) override {
    if (with_gradient && precision_ != Precision::f32) core::fail("the CPU backend trains in f32 only");
    return std::make_shared<CpuTensor>(shape, exact ? Type::f32 : context_->type, context_->block,
                                       with_gradient);
  }
  bool alias(Tensor& tensor, void* values, Precision precision) override {
    return as(tensor).alias(values, precision == Precision::bf16 ? Type::bf16 : Type::f32);
  }
  std::shared_ptr<ParameterOf<float>> parameter(const ConvolutionSpec& spec) override {
    return std::make_shared<CpuParameter>(context_, spec);
  }
  std::unique_ptr<Operation> convolution(const ConvolutionSpec& spec, TensorPtr source,
                                         std::shared_ptr<ParameterOf<float>> parameter, TensorPtr destination,
                                         bool with_gradient) override {
    omp_set_num_threads(context_->threads);
    try {
      return std::make_unique<CpuConvolution>(context_, spec, *source, parameter, *destination,
                                              with_gradient);
    } catch (const dnnl::error& error) {
      core::fail("oneDNN cannot make a {}x{} convolution {} -> {}: {}", spec.kernel, spec.kernel, spec.in,
                 spec.out, error.what());
    }
  }
  std::unique_ptr<Operation> upsample(TensorPtr source, TensorPtr destination) override {
    return std::make_unique<CpuUpsample>(context_, *source, *destination);
  }

  void write(Tensor& tensor, const float* values) override {
    as(tensor).own();
    convert_in(as(tensor), values, as(tensor).values());
  }
  void read(Tensor& tensor, float* values) override { convert_out(as(tensor), as(tensor).values(), values); }
  void write_gradient(Tensor& tensor, const float* values) override {
    convert_in(as(tensor), values, as(tensor).gradient());
  }
  void read_gradient(Tensor& tensor, float* values) override {
    convert_out(as(tensor), as(tensor).gradient(), values);
  }

  void run(Pass pass, const StepView<float>& view) override { loops_.run(pass, view, context_->threads); }
  void run_backward(Pass pass, const StepView<float>& view) override { loops_.run_backward(pass, view); }
  void draw(DebugView which, const StepView<float>& view, f16* rgba) override {
    loops_.draw(which, view, rgba);
  }
  double loss(const LossView<float>& view) override { return loops_.loss(view); }
  void finish() override { context_->stream.wait(); }

 private:
  void convert_in(const CpuTensor& tensor, const float* values, char* to) {
    omp_set_num_threads(context_->threads);
    if (tensor.desc() == tensor.interface_desc())
      return copy(reinterpret_cast<float*>(to), values, tensor.shape().elements());
    context_->reorder({tensor.interface_desc(), context_->engine, const_cast<float*>(values)},
                      {tensor.desc(), context_->engine, to});
  }
  void convert_out(const CpuTensor& tensor, char* from, float* values) {
    if (tensor.desc() == tensor.interface_desc())
      return copy(values, reinterpret_cast<const float*>(from), tensor.shape().elements());
    context_->reorder({tensor.desc(), context_->engine, from},
                      {tensor.interface_desc(), context_->engine, values});
  }
  void copy(float* to, const float* from, std::size_t count) {
    const int parts = context_->threads;
#pragma omp parallel for num_threads(parts)
    for (int part = 0; part < parts; ++part) {
      const std::size_t begin = count * static_cast<std::size_t>(part) / static_cast<std::size_t>(parts);
      const std::size_t end = count * static_cast<std::size_t>(part + 1) / static_cast<std::size_t>(parts);
      std::memcpy(to + begin, from + begin, (end - begin) * sizeof(float));
    }
  }

  const PixelLoops& loops_;
  Precision precision_;
  std::shared_ptr<Context> context_ = std::make_shared<Context>();
};

bool supports(Precision precision) {
  if (precision == Precision::f32) return true;
  if (precision == Precision::half) return false;
  const auto isa = dnnl::get_effective_cpu_isa();
  return isa >= dnnl::cpu_isa::avx512_core_bf16;
}

Backend* create(const BackendOptions& options) {
  if (options.precision == Precision::half) core::fail("the CPU backend computes in f32 or bf16, not in f16");
  // oneDNN would say so at the first layer only, in words of its own.
  if (!supports(options.precision))
    core::fail("this processor does not compute in bf16: f32 runs everywhere");
  try {
    return new CpuBackend(options);
  } catch (const dnnl::error& error) {
    core::fail("oneDNN does not start: {}", error.what());
  }
}

}  // namespace
}  // namespace neural::cpu

extern "C" __attribute__((visibility("default"))) const neural::BackendModule* neuraster_backend() {
  static const neural::BackendModule module{neural::backend_version, "cpu", neural::cpu::create,
                                            neural::cpu::supports};
  return &module;
}
