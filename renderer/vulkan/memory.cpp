#include "renderer/vulkan/memory.h"

#include <algorithm>

namespace gpu {
namespace {

void set_name(const Device& device, VkObjectType type, std::uint64_t handle, const char* name) {
  if (!device.set_name || !*name) return;
  VkDebugUtilsObjectNameInfoEXT info{};
  info.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT;
  info.objectType = type;
  info.objectHandle = handle;
  info.pObjectName = name;
  device.set_name(device.handle(), &info);
}

MemoryOwner owner_of(MemoryUse use) {
  switch (use) {
    case MemoryUse::device:
      return MemoryOwner::geometry;
    case MemoryUse::upload:
      return MemoryOwner::constants;
    default:
      return MemoryOwner::shared_frame;
  }
}

MemoryOwner owner_of(const ImageDesc& desc) {
  constexpr VkImageUsageFlags drawn = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_STORAGE_BIT |
                                      VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT;
  return desc.usage & drawn ? MemoryOwner::targets : MemoryOwner::textures;
}

constexpr auto export_type = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;

VkBuffer make_buffer(const Device& device, VkDeviceSize size, VkBufferUsageFlags usage, MemoryUse use) {
  VkBufferCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  info.size = size;
  info.usage = usage;
  VkExternalMemoryBufferCreateInfo external{};
  external.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO;
  external.handleTypes = export_type;
  const std::uint32_t families[]{device.queue_family(), device.compute_family()};
  if (use == MemoryUse::exported) {
    if (!device.external_memory()) core::fail("'{}' was opened without shared memory", device.info().name);
    info.pNext = &external;
  }
  if (use == MemoryUse::computed) {
    if (!device.compute().lacks.empty())
      core::fail("'{}' lacks {}", device.info().name, device.compute().lacks);
    info.usage |= VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
    if (families[0] != families[1]) {  // both use it in turns, and it never changes its owner
      info.sharingMode = VK_SHARING_MODE_CONCURRENT;
      info.queueFamilyIndexCount = 2;
      info.pQueueFamilyIndices = families;
    }
  }
  VkBuffer buffer = VK_NULL_HANDLE;
  check(vkCreateBuffer(device.handle(), &info, nullptr, &buffer), "cannot create a buffer");
  return buffer;
}

}  // namespace

Allocation::Allocation(const Device& device, const VkMemoryRequirements& needs, std::uint32_t type,
                       const char* name, MemoryOwner owner, const void* next)
    : device_(&device), size_(needs.size), owner_(owner) {
  device.reserve(size_, name, owner);
  VkMemoryAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  info.pNext = next;
  info.allocationSize = needs.size;
  info.memoryTypeIndex = type;
  const VkResult result = vkAllocateMemory(device.handle(), &info, nullptr, &memory_);
  if (result >= 0) return;
  device.release(size_, owner_);
  core::fail("cannot allocate {} MB for {}: {}", needs.size >> 20, name, result_name(result));
}

Allocation::~Allocation() {
  if (memory_ == VK_NULL_HANDLE) return;
  vkFreeMemory(device_->handle(), memory_, nullptr);
  device_->release(size_, owner_);
}

void Allocation::swap(Allocation& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  std::swap(owner_, other.owner_);
}

Buffer::Buffer(const Device& device, VkDeviceSize size, VkBufferUsageFlags usage, MemoryUse use,
               const char* name)
    : device_(&device), size_(std::max<VkDeviceSize>(size, 4)) {
  try {
    buffer_ = make_buffer(device, size_, usage, use);
    VkMemoryRequirements needs;
    vkGetBufferMemoryRequirements(device.handle(), buffer_, &needs);
    const bool host = use == MemoryUse::upload || use == MemoryUse::readback;
    const auto required = host ? VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT : VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
    const auto preferred = use == MemoryUse::readback ? VK_MEMORY_PROPERTY_HOST_CACHED_BIT
                                                      : VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    const std::uint32_t type = device.memory_type(needs.memoryTypeBits, required, host ? preferred : 0);
    coherent_ = device.memory_flags(type) & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    VkMemoryDedicatedAllocateInfo dedicated{};
    dedicated.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO;
    dedicated.buffer = buffer_;
    VkExportMemoryAllocateInfo exporting{};
    exporting.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO;
    exporting.pNext = &dedicated;
    exporting.handleTypes = export_type;
    VkMemoryAllocateFlagsInfo addressed{};
    addressed.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
    addressed.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
    const void* next = nullptr;
    if (use == MemoryUse::exported) next = &exporting;
    if (use == MemoryUse::computed) next = &addressed;
    memory_ = Allocation(device, needs, type, name, owner_of(use), next);
    check(vkBindBufferMemory(device.handle(), buffer_, memory_.get(), 0), "cannot bind a buffer");
    if (host)
      check(vkMapMemory(device.handle(), memory_.get(), 0, VK_WHOLE_SIZE, 0, &mapped_),
            "cannot map a buffer");
    set_name(device, VK_OBJECT_TYPE_BUFFER, reinterpret_cast<std::uint64_t>(buffer_), name);
  } catch (...) {
    destroy();
    throw;
  }
}

void Buffer::destroy() {
  if (!device_) return;
  if (buffer_) vkDestroyBuffer(device_->handle(), buffer_, nullptr);
  buffer_ = VK_NULL_HANDLE;
}

void Buffer::swap(Buffer& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(buffer_, other.buffer_);
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  std::swap(mapped_, other.mapped_);
  std::swap(coherent_, other.coherent_);
}

void Buffer::flush() const {
  if (coherent_) return;
  VkMappedMemoryRange range{VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE, nullptr, memory_.get(), 0, VK_WHOLE_SIZE};
  check(vkFlushMappedMemoryRanges(device_->handle(), 1, &range), "cannot flush memory");
}

void Buffer::invalidate() const {
  if (coherent_) return;
  VkMappedMemoryRange range{VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE, nullptr, memory_.get(), 0, VK_WHOLE_SIZE};
  check(vkInvalidateMappedMemoryRanges(device_->handle(), 1, &range), "cannot invalidate memory");
}

VkDeviceAddress Buffer::address() const {
  const VkBufferDeviceAddressInfo info{VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO, nullptr, buffer_};
  return vkGetBufferDeviceAddress(device_->handle(), &info);
}

core::ExportedMemory Buffer::export_memory() const {
  VkMemoryGetFdInfoKHR info{};
  info.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR;
  info.memory = memory_.get();
  info.handleType = export_type;
  int fd = -1;
  check(device_->get_memory_fd(device_->handle(), &info, &fd), "cannot export memory");
  return {core::UniqueFd(fd), memory_.size(), true};
}

Image::Image(const Device& device, const ImageDesc& desc, const char* name) : device_(&device), desc_(desc) {
  const bool volume = desc.depth > 0;
  const VkPhysicalDeviceLimits& limits = device.limits();
  const std::uint32_t limit = volume ? limits.maxImageDimension3D : limits.maxImageDimension2D;
  if (std::max({desc.width, desc.height, desc.depth}) > limit) {
    core::fail("{} of {}x{} is larger than '{}' allows ({} texels a side)", name, desc.width, desc.height,
               device.info().name, limit);
  }
  try {
    VkImageCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO;
    info.imageType = volume ? VK_IMAGE_TYPE_3D : VK_IMAGE_TYPE_2D;
    info.format = desc.format;
    info.extent = {desc.width, desc.height, std::max(1u, desc.depth)};
    info.mipLevels = desc.levels;
    info.arrayLayers = desc.layers;
    info.samples = VK_SAMPLE_COUNT_1_BIT;
    info.usage = desc.usage;
    check(vkCreateImage(device.handle(), &info, nullptr, &image_), "cannot create an image");
    VkMemoryRequirements needs;
    vkGetImageMemoryRequirements(device.handle(), image_, &needs);
    memory_ = Allocation(device, needs,
                         device.memory_type(needs.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT), name,
                         owner_of(desc));
    check(vkBindImageMemory(device.handle(), image_, memory_.get(), 0), "cannot bind an image");
    VkImageViewCreateInfo view{};
    view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
    view.image = image_;
    view.viewType = volume                               ? VK_IMAGE_VIEW_TYPE_3D
                    : desc.layers > 1 || desc.array_view ? VK_IMAGE_VIEW_TYPE_2D_ARRAY
                                                         : VK_IMAGE_VIEW_TYPE_2D;
    view.format = desc.format;
    view.subresourceRange = {aspect(), 0, desc.levels, 0, desc.layers};
    check(vkCreateImageView(device.handle(), &view, nullptr, &view_), "cannot create an image view");
    set_name(device, VK_OBJECT_TYPE_IMAGE, reinterpret_cast<std::uint64_t>(image_), name);
  } catch (...) {
    destroy();
    throw;
  }
}

VkImageAspectFlags Image::aspect() const {
  return desc_.format == VK_FORMAT_D32_SFLOAT ? VK_IMAGE_ASPECT_DEPTH_BIT : VK_IMAGE_ASPECT_COLOR_BIT;
}

UniqueImageView Image::layer_view(std::uint32_t layer) const {
  VkImageViewCreateInfo view{};
  view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
  view.image = image_;
  view.viewType = VK_IMAGE_VIEW_TYPE_2D;
  view.format = desc_.format;
  view.subresourceRange = {aspect(), 0, 1, layer, 1};
  VkImageView handle = VK_NULL_HANDLE;
  check(vkCreateImageView(device_->handle(), &view, nullptr, &handle), "cannot create an image view");
  return {device_->handle(), handle};
}

void Image::destroy() {
  if (!device_) return;
  if (view_) vkDestroyImageView(device_->handle(), view_, nullptr);
  if (image_) vkDestroyImage(device_->handle(), image_, nullptr);
  view_ = VK_NULL_HANDLE;
  image_ = VK_NULL_HANDLE;
}

void Image::swap(Image& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(image_, other.image_);
  std::swap(view_, other.view_);
  std::swap(memory_, other.memory_);
  std::swap(desc_, other.desc_);
}

UniqueSampler make_sampler(const Device& device, VkFilter filter, VkSamplerAddressMode address,
                           float anisotropy, VkCompareOp compare) {
  VkSamplerCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO;
  info.magFilter = info.minFilter = filter;
  info.mipmapMode =
      filter == VK_FILTER_LINEAR ? VK_SAMPLER_MIPMAP_MODE_LINEAR : VK_SAMPLER_MIPMAP_MODE_NEAREST;
  info.addressModeU = info.addressModeV = info.addressModeW = address;
  info.anisotropyEnable = anisotropy > 1;
  info.maxAnisotropy = anisotropy;
  info.compareEnable = compare != VK_COMPARE_OP_NEVER;
  info.compareOp = compare;
  info.maxLod = VK_LOD_CLAMP_NONE;
  info.borderColor = VK_BORDER_COLOR_FLOAT_OPAQUE_WHITE;
  VkSampler sampler = VK_NULL_HANDLE;
  check(vkCreateSampler(device.handle(), &info, nullptr, &sampler), "cannot create a sampler");
  return {device.handle(), sampler};
}

}  // namespace gpu
