#include "compute/cuda/tensors.h"

#include "compute/plan/pack.h"

namespace compute::cuda {

Cudnn& Context::cudnn() {
  if (!cudnn_) {
    auto opened = std::make_unique<Cudnn>(cudnn_place);
    opened->start(stream.get());
    cudnn_ = std::move(opened);
  }
  return *cudnn_;
}

void* Context::workspace() {
  if (!workspace_.get()) workspace_ = DeviceMemory(workspace_bytes, stream.get());
  return workspace_.get();
}

CudaTensor::CudaTensor(ContextPtr context, Shape shape, bool with_gradient)
    : context_(std::move(context)), shape_(shape) {
  values_ = std::make_shared<DeviceMemory>(shape.elements() * element_bytes(), context_->stream.get());
  if (!with_gradient) return;
  if (half()) core::fail("the CUDA backend trains in f32 only");
  gradient_ = std::make_shared<DeviceMemory>(shape.elements() * sizeof(float), context_->stream.get());
}

std::shared_ptr<Tensor> CudaTensor::slice(int first, int channels) {
  auto part = std::shared_ptr<CudaTensor>(new CudaTensor);
  part->context_ = context_;
  part->shape_ = {channels, shape_.height, shape_.width};
  if (half()) {
    part->values_ = std::make_shared<DeviceMemory>(part->shape_.elements() * 2, context_->stream.get());
    part->whole_ = std::make_shared<CudaTensor>(*this);
    part->first_channel_ = first;
  } else {
    part->values_ = values_;
    part->gradient_ = gradient_;
    part->offset_ = offset_ + static_cast<std::size_t>(first) * static_cast<std::size_t>(shape_.height) *
                                  static_cast<std::size_t>(shape_.width);
  }
  return part;
}

void* CudaTensor::values() const {
  return values_->as<char>() + offset_ * element_bytes();
}

float* CudaTensor::gradient() const {
  return gradient_ ? gradient_->as<float>() + offset_ : nullptr;
}

Layout CudaTensor::layout() const {
  Layout layout{shape_.channels, shape_.height, shape_.width};
  if (half()) {
    const std::int64_t channels = std::int64_t{shape_.blocks()} * block_channels;
    layout.channel_step = 1;
    layout.pixel_step = channels;
    layout.row_step = channels * shape_.width;
  } else {
    layout.channel_step = std::int64_t{shape_.height} * shape_.width;
    layout.pixel_step = 1;
    layout.row_step = shape_.width;
  }
  return layout;
}

void CudaTensor::publish() const {
  if (!whole_) return;
  check(copy_halfs(values(), layout(), static_cast<std::uint16_t*>(whole_->values()) + first_channel_,
                   whole_->layout(), context_->stream.get()),
        "cannot concatenate on the GPU");
}

CudaParameter::CudaParameter(ContextPtr context, const ConvolutionSpec& spec)
    : context_(std::move(context)), spec_(spec) {
  const cudaStream_t stream = context_->stream.get();
  const auto out = static_cast<std::size_t>(padded16(spec.out));
  bias = DeviceMemory(out * sizeof(float), stream);
  if (context_->half) {
    half_weights = DeviceMemory(pixel_weight_count(spec) * 2, stream);
    half_bias = DeviceMemory(out * 2, stream);
    fragments = DeviceMemory(fragment_count(spec) * 2, stream);
  } else {
    weights = DeviceMemory(spec.weight_count() * sizeof(float), stream);
    g_weights = DeviceMemory(weights.bytes(), stream);
    g_bias = DeviceMemory(bias.bytes(), stream);
  }
}

void CudaParameter::send(const DeviceMemory& to, const void* from, std::size_t bytes) {
  check(cudaMemcpyAsync(to.get(), from, bytes, cudaMemcpyHostToDevice, context_->stream.get()),
        "cannot copy weights to the GPU");
}

void CudaParameter::load(std::span<const float> new_weights, std::span<const float> new_bias) {
  send(bias, new_bias.data(), new_bias.size_bytes());
  // A driver may read pageable memory after the call too, so each way out waits.
  const auto wait = [this] {
    check(cudaStreamSynchronize(context_->stream.get()), "cannot copy weights to the GPU");
  };
  if (!context_->half) {
    send(weights, new_weights.data(), new_weights.size_bytes());
    return wait();
  }
  const auto by_pixel = pack_by_pixel(spec_, new_weights);
  send(half_weights, by_pixel.data(), by_pixel.size() * sizeof(f16));
  const auto as_fragments = pack_fragments(spec_, new_weights);
  send(fragments, as_fragments.data(), as_fragments.size() * sizeof(f16));
  const auto small_bias = to_halfs(new_bias);
  send(half_bias, small_bias.data(), small_bias.size() * sizeof(f16));
  wait();
}

void CudaParameter::zero_gradient() {
  for (const DeviceMemory* memory : {&g_weights, &g_bias})
    check(cudaMemsetAsync(memory->get(), 0, memory->bytes(), context_->stream.get()),
          "cannot clear a gradient");
}

void CudaParameter::read_gradient(std::span<float> out_weights, std::span<float> out_bias) {
  const cudaStream_t stream = context_->stream.get();
  check(cudaMemcpyAsync(out_weights.data(), g_weights.get(), out_weights.size_bytes(), cudaMemcpyDeviceToHost,
                        stream),
        "cannot read a gradient");
  check(cudaMemcpyAsync(out_bias.data(), g_bias.get(), out_bias.size_bytes(), cudaMemcpyDeviceToHost, stream),
        "cannot read a gradient");
  check(cudaStreamSynchronize(stream), "the GPU failed while training");
}

}  // namespace compute::cuda
