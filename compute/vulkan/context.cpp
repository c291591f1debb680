#include "compute/vulkan/context.h"

#include <algorithm>
#include <cstring>

namespace compute::vulkan {
namespace {

constexpr std::size_t most_staged = std::size_t{16} << 20;

}  // namespace

const char* name_of(Product product) {
  switch (product) {
    case Product::floats:
      return "f32 products";
    case Product::half_stored:
      return "f16 storage, f32 products";
    case Product::halfs:
      return "f16 products";
    case Product::matrices:
      return "f16 cooperative matrices";
  }
  return "";
}

Buffer& Context::staging(Buffer& buffer, Kind kind, std::size_t bytes) {
  const std::size_t wanted = std::min(bytes, most_staged);
  if (buffer.bytes() < wanted) buffer = Buffer(device, wanted, kind);  // nothing uses it between two copies
  return buffer;
}

void Context::copy_in(Place to, const void* host, std::size_t bytes) {
  const Buffer& staged = staging(upload_, Kind::upload, bytes);
  for (std::size_t at = 0; at < bytes; at += most_staged) {
    const std::size_t count = std::min(bytes - at, most_staged);
    std::memcpy(staged.mapped(), static_cast<const std::byte*>(host) + at, count);
    stream.copy({to.buffer, to.offset + at}, {staged.handle(), 0}, count);
    stream.finish();
  }
}

void Context::copy_out(void* host, Place from, std::size_t bytes) {
  const Buffer& staged = staging(readback_, Kind::readback, bytes);
  for (std::size_t at = 0; at < bytes; at += most_staged) {
    const std::size_t count = std::min(bytes - at, most_staged);
    stream.copy({staged.handle(), 0}, {from.buffer, from.offset + at}, count);
    stream.show_host();
    stream.finish();
    std::memcpy(static_cast<std::byte*>(host) + at, staged.mapped(), count);
  }
}

DeviceMemory::DeviceMemory(ContextPtr context, std::size_t bytes, Kind kind) : context_(std::move(context)) {
  context_->stream.collect();  // old and new memory need not exist together
  buffer_ = Buffer(context_->device, bytes, kind);
  context_->heap.add(buffer_);
  if (buffer_.mapped())
    std::memset(buffer_.mapped(), 0, buffer_.bytes());
  else
    context_->stream.clear(place(), buffer_.bytes());
}

DeviceMemory::~DeviceMemory() {
  context_->heap.remove(buffer_);
  context_->stream.free_later(std::move(buffer_));
}

}  // namespace compute::vulkan
