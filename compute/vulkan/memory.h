#pragma once
// Buffers and the memory behind them. Passes and layers know memory by its device address; copies need the
// buffer that an address lies in, which the Heap finds.

#include <bit>
#include <cstdint>
#include <map>

#include "compute/vulkan/device.h"

namespace compute::vulkan {

enum class Kind {
  device,   ///< the GPU's own
  upload,   ///< the host writes, the GPU reads
  readback  ///< the GPU writes, the host reads
};

/// A buffer with an allocation of its own. Everything but `device` is mapped and coherent.
class Buffer {
 public:
  Buffer() = default;
  /// Throws core::Error.
  Buffer(const Device& device, std::size_t bytes, Kind kind);
  VkBuffer handle() const { return buffer_.get(); }
  std::size_t bytes() const { return bytes_; }
  VkDeviceAddress address() const { return address_; }
  std::byte* mapped() const { return mapped_; }  ///< null for Kind::device

 private:
  /// Counts what lives.
  struct Counted {
    std::size_t bytes = 0;
    explicit Counted(std::size_t count = 0);
    ~Counted();
    Counted(Counted&& other) noexcept : bytes(std::exchange(other.bytes, 0)) {}
    Counted& operator=(Counted&& other) noexcept {
      std::swap(bytes, other.bytes);
      return *this;
    }
  };
  // The order matters: a buffer is destroyed before its memory.
  Owned<VkDeviceMemory, &Api::FreeMemory> memory_;
  Owned<VkBuffer, &Api::DestroyBuffer> buffer_;
  std::size_t bytes_ = 0;
  VkDeviceAddress address_ = 0;
  std::byte* mapped_ = nullptr;
  Counted counted_;
};

/// A place in a buffer.
struct Place {
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceSize offset = 0;
};

/// Finds buffers by the addresses that the backend's users have: the device's, or the host's for mapped
/// memory.
class Heap {
 public:
  void add(const Buffer& buffer);
  void remove(const Buffer& buffer);
  /// Both throw core::Error unless `bytes` bytes from `pointer` lie in one buffer of this backend.
  Place find(const void* pointer, std::size_t bytes) const { return find_in(of_device_, pointer, bytes); }
  Place find_mapped(const void* pointer, std::size_t bytes) const { return find_in(mapped_, pointer, bytes); }

 private:
  struct Entry {
    VkBuffer buffer = VK_NULL_HANDLE;
    std::size_t bytes = 0;
  };
  using Entries = std::map<std::uint64_t, Entry>;
  static Place find_in(const Entries& entries, const void* pointer, std::size_t bytes);
  Entries of_device_, mapped_;  ///< by the first address
};

/// An address of the device as the pointer that views and users hold.
inline void* pointer_to(VkDeviceAddress address) {
  return std::bit_cast<void*>(address);
}

/// Returns the bytes of all living buffers of Kind::device in this process.
std::uint64_t allocated_bytes();

}  // namespace compute::vulkan
