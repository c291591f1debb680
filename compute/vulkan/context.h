#pragma once
// What everything made by one backend shares: device, pipelines, the stream, the memory, and how layers are
// computed.

#include <memory>

#include "compute/vulkan/stream.h"

namespace compute::vulkan {

/// How a layer's products are computed.
enum class Product {
  floats,       ///< everything in floats
  half_stored,  ///< tensors and weights are stored as halfs, the arithmetic is in floats
  halfs,        ///< products and sums of up to 24 of them in halfs, the rest in floats
  matrices,     ///< cooperative matrices of halfs, summed in floats
};
const char* name_of(Product product);  ///< for people

struct Context {
  explicit Context(const BackendOptions& options) : device(options) {}
  Device device;
  Pipelines pipelines{device};
  Heap heap;
  Stream stream{device, pipelines};
  Product product = Product::floats;

  bool half() const { return product != Product::floats; }
  std::size_t scalar_bytes() const { return half() ? 2 : 4; }
  /// Copies to the device; the host's bytes have been read when it returns.
  void copy_in(Place to, const void* host, std::size_t bytes);
  /// Copies to the host. Waits for the work that was enqueued before.
  void copy_out(void* host, Place from, std::size_t bytes);

 private:
  Buffer& staging(Buffer& buffer, Kind kind, std::size_t bytes);
  Buffer upload_, readback_;
};
using ContextPtr = std::shared_ptr<Context>;

/// Zeroed memory that the heap knows. It is freed when the work enqueued before is done.
class DeviceMemory {
 public:
  DeviceMemory(ContextPtr context, std::size_t bytes, Kind kind = Kind::device);
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  const Buffer& buffer() const { return buffer_; }
  VkDeviceAddress address() const { return buffer_.address(); }
  Place place(std::size_t offset = 0) const { return {buffer_.handle(), offset}; }

 private:
  ContextPtr context_;
  Buffer buffer_;
};

}  // namespace compute::vulkan
