// The CPU backend: oneDNN computes convolutions in blocked layouts, passes run row by row on all threads.

#include <omp.h>

#include <cstring>
#include <utility>

#include "compute/cpu/convolution.h"
#include "compute/cpu/family.h"
#include "compute/cpu/parameter.h"
#include "core/error.h"
#include "core/parallel.h"

namespace compute::cpu {
namespace {

class CpuUpsample final : public Operation {
 public:
  CpuUpsample(std::shared_ptr<Context> context, const Tensor& source, const Tensor& destination)
      : context_(std::move(context)), source_(as(source)), destination_(as(destination)) {}

  void forward() override {
    // A block of a pixel is 16 floats, or half of that: 8 floats (AVX2), or 16 values in bf16.
    if (source_.block() == block_channels && source_.type() == Type::f32)
      copy_rows<block_channels * sizeof(float)>();
    else
      copy_rows<block_channels * sizeof(float) / 2>();
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
  /// Both sizes are even, so row y over all blocks comes from row y / 2 of the source over all blocks.
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

/// Runs rows on all threads. A family without a tuned version runs as its plain loops.
class CpuPasses final : public HostPasses {
 public:
  CpuPasses(std::span<const HostPass> passes, int threads) : HostPasses(passes), threads_(threads) {}
  void run(int pass, const void* view) override {
    const HostPass& p = at(pass);
    const int rows = p.rows(view);
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads_)
    for (int y = 0; y < rows; ++y) p.run_row(view, y);
  }

 private:
  int threads_;
};

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(const BackendOptions& options)
      : instructions_(best_instruction_set()), precision_(options.precision) {
    context_->threads = options.threads > 0 ? options.threads : core::thread_count();
    context_->type = precision_ == Precision::bf16 ? Type::bf16 : Type::f32;
  }
  std::string description() const override {
    return fmt::format("cpu (oneDNN {}.{}.{}, {}, {}, {} thread{})", DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR,
                       DNNL_VERSION_PATCH, name_of(instructions_),
                       precision_ == Precision::bf16 ? "bf16" : "f32", context_->threads,
                       context_->threads == 1 ? "" : "s");
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
      return make_convolution(context_, spec, *source, parameter, *destination, with_gradient);
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

  std::unique_ptr<Passes> passes(const PassFamily& family) override {
    const CpuFamily* tuned = find_family(Registry<CpuFamily>::all(), family);
    return std::make_unique<CpuPasses>(tuned ? tuned->best(instructions_) : plain_loops(family),
                                       context_->threads);
  }
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

  InstructionSet instructions_;
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
  // Without this check oneDNN would fail at the first layer, with a message of its own.
  if (!supports(options.precision))
    core::fail("this processor does not compute in bf16: f32 runs everywhere");
  try {
    return new CpuBackend(options);
  } catch (const dnnl::error& error) {
    core::fail("oneDNN does not start: {}", error.what());
  }
}

}  // namespace
}  // namespace compute::cpu

extern "C" __attribute__((visibility("default"))) const compute::BackendModule* neuraster_backend() {
  static const compute::BackendModule module{compute::backend_version, "cpu", compute::cpu::create,
                                             compute::cpu::supports};
  return &module;
}
