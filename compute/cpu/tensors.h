#pragma once
// Memory and tensors of the CPU backend, in oneDNN's blocked layouts, and the state that everything made by
// one backend shares.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "compute/backend.h"
#include "compute/cpu/dnnl_api.h"
#include "core/memory.h"

namespace compute::cpu {

using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;

/// Memory that is 64-byte aligned and zeroed.
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
  /// Makes data() return `elsewhere`; with null it returns its own memory again.
  void point_to(void* elsewhere) { elsewhere_ = elsewhere; }

 private:
  void* data_ = nullptr;
  void* elsewhere_ = nullptr;
};

inline std::size_t bytes_of(Type type) {
  return type == Type::f32 ? 4 : 2;
}

/// Returns the channels in a block: 16, as at the interface, with AVX-512, else 8, since oneDNN's AVX2
/// kernels know no other.
inline int block_of_this_machine() {
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
  /// Counts the rows of all blocks together.
  int rows() const { return shape_.blocks() * (block_channels / block_) * shape_.height; }
  Desc interface_desc() const { return desc(Type::f32, Tag::nChw16c); }
  Desc desc() const { return desc(type_, block_ == 8 ? Tag::nChw8c : Tag::nChw16c); }
  /// Uses the memory at `values` in place of its own, for itself and its slices. Returns false where type
  /// or layout do not allow it.
  bool alias(void* values, Type type) const {
    if (type != type_ || block_ != block_channels || gradient_ || offset_ != 0) return false;
    values_->point_to(values);
    return true;
  }
  /// Uses the tensor's own memory again.
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

inline const CpuTensor& as(const Tensor& tensor) {
  return static_cast<const CpuTensor&>(tensor);
}

/// Engine, stream and threads, shared by everything that a backend made.
struct Context {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  int threads = 1, block = block_of_this_machine();
  Type type = Type::f32;
  std::vector<float> scratch;  ///< for an accumulating backward pass

  /// Copies between two layouts.
  void reorder(const dnnl::memory& from, const dnnl::memory& to) {
    auto& source = const_cast<dnnl::memory&>(from);
    auto& destination = const_cast<dnnl::memory&>(to);
    dnnl::reorder(source, destination).execute(stream, source, destination);
  }
};

}  // namespace compute::cpu
