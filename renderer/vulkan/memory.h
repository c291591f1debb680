#pragma once
// Buffers and images that own their memory. Each has its own allocation: a scene needs a few hundred, far
// fewer than the 4,096 that every driver allows, and exported memory must be dedicated anyway.
//
// All of them are move-only, must not outlive their device, and throw core::Error with `name` where the
// device has no memory left.

#include <vulkan/vulkan.h>

#include <cstdint>

#include "core/exported.h"
#include "renderer/vulkan/device.h"

namespace gpu {

enum class MemoryUse {
  device,    ///< only the GPU uses it
  upload,    ///< the CPU writes it sequentially, the GPU reads it; mapped
  readback,  ///< the CPU reads it and may write it, so it is cached; mapped
  exported,  ///< only GPUs use it; a dedicated allocation that another API can import
  computed,  ///< only the GPU uses it, on the compute queue too, and by its address
};

/// A piece of device memory. It counts against the device's budget while it exists.
class Allocation {
 public:
  Allocation() = default;
  /// `type` is from Device::memory_type; `next` is for VkMemoryAllocateInfo::pNext.
  Allocation(const Device& device, const VkMemoryRequirements& needs, std::uint32_t type, const char* name,
             MemoryOwner owner, const void* next = nullptr);
  ~Allocation();
  Allocation(Allocation&& other) noexcept { swap(other); }
  Allocation& operator=(Allocation&& other) noexcept {
    swap(other);
    return *this;
  }
  VkDeviceMemory get() const { return memory_; }
  VkDeviceSize size() const { return size_; }

 private:
  void swap(Allocation& other) noexcept;
  const Device* device_ = nullptr;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  VkDeviceSize size_ = 0;
  MemoryOwner owner_ = MemoryOwner::targets;
};

class Buffer {
 public:
  Buffer() = default;
  /// `size` is in bytes. 0 becomes 4, because Vulkan has no empty buffers.
  Buffer(const Device& device, VkDeviceSize size, VkBufferUsageFlags usage, MemoryUse use,
         const char* name = "");
  ~Buffer() { destroy(); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }

  VkBuffer get() const { return buffer_; }
  VkDeviceSize size() const { return size_; }
  explicit operator bool() const { return buffer_ != VK_NULL_HANDLE; }
  void* mapped() const { return mapped_; }  ///< null where the memory is not mapped
  template <typename T>
  T* as() const {
    return static_cast<T*>(mapped_);
  }
  /// Where shaders find it; only for MemoryUse::computed.
  VkDeviceAddress address() const;
  /// The same for views that hold a device's addresses as pointers; the CPU must not follow it.
  template <typename T>
  T* device_pointer() const {
    return reinterpret_cast<T*>(address());  // NOLINT(performance-no-int-to-ptr)
  }
  /// Where the memory is not coherent: flush() makes the CPU's writes visible to the GPU, invalidate() the
  /// GPU's writes to the CPU.
  void flush() const;
  void invalidate() const;
  /// A new descriptor of the allocation; only for MemoryUse::exported. The importer must release the memory
  /// before this buffer is destroyed.
  core::ExportedMemory export_memory() const;

 private:
  void destroy();
  void swap(Buffer& other) noexcept;
  const Device* device_ = nullptr;
  VkBuffer buffer_ = VK_NULL_HANDLE;
  Allocation memory_;
  VkDeviceSize size_ = 0;
  void* mapped_ = nullptr;
  bool coherent_ = true;
};

struct ImageDesc {
  VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
  std::uint32_t width = 1, height = 1, levels = 1, layers = 1;
  std::uint32_t depth = 0;  ///< more than 0: a 3D image
  VkImageUsageFlags usage = 0;
  bool array_view = false;  ///< make the view an array view even for one layer
};

/// A 2D or 3D image with a view of the whole. All images stay in VK_IMAGE_LAYOUT_GENERAL after their first
/// use (textures stay in SHADER_READ_ONLY). The GPUs that this runs on lose nothing by it, and a pass then
/// needs one memory barrier instead of a list of layouts.
class Image {
 public:
  Image() = default;
  Image(const Device& device, const ImageDesc& desc, const char* name = "");
  ~Image() { destroy(); }
  Image(Image&& other) noexcept { swap(other); }
  Image& operator=(Image&& other) noexcept {
    swap(other);
    return *this;
  }
  VkImage get() const { return image_; }
  VkImageView view() const { return view_; }
  const ImageDesc& desc() const { return desc_; }
  VkExtent2D extent() const { return {desc_.width, desc_.height}; }
  explicit operator bool() const { return image_ != VK_NULL_HANDLE; }
  VkImageAspectFlags aspect() const;
  /// A view of one layer, for rendering into it.
  UniqueImageView layer_view(std::uint32_t layer) const;

 private:
  void destroy();
  void swap(Image& other) noexcept;
  const Device* device_ = nullptr;
  VkImage image_ = VK_NULL_HANDLE;
  VkImageView view_ = VK_NULL_HANDLE;
  Allocation memory_;
  ImageDesc desc_;
};

/// `compare` other than NEVER makes a comparison sampler, for shadow maps.
UniqueSampler make_sampler(const Device& device, VkFilter filter, VkSamplerAddressMode address,
                           float anisotropy = 1, VkCompareOp compare = VK_COMPARE_OP_NEVER);

}  // namespace gpu
