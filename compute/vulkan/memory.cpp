#include "compute/vulkan/memory.h"

#include <algorithm>
#include <atomic>

namespace compute::vulkan {
namespace {

std::atomic<std::uint64_t> allocated = 0;

}  // namespace

std::uint64_t allocated_bytes() {
  return allocated;
}

Buffer::Counted::Counted(std::size_t count) : bytes(count) {
  allocated += bytes;
}
Buffer::Counted::~Counted() {
  allocated -= bytes;
}

Buffer::Buffer(const Device& device, std::size_t bytes, Kind kind)
    : bytes_(std::max<std::size_t>((bytes + 15) / 16 * 16, 16)) {
  const Api& api = device.api();
  VkBufferCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  create.size = bytes_;
  create.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT |
                 VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  if (kind == Kind::upload) create.usage |= VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT;
  VkBuffer buffer = VK_NULL_HANDLE;
  check(api.CreateBuffer(device.handle(), &create, nullptr, &buffer), "cannot make a buffer");
  buffer_ = {api, device.handle(), buffer};

  VkMemoryRequirements needs{};
  api.GetBufferMemoryRequirements(device.handle(), buffer, &needs);
  constexpr VkMemoryPropertyFlags mapped =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  VkMemoryAllocateFlagsInfo flags{};
  flags.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
  flags.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
  VkMemoryAllocateInfo allocate{};
  allocate.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  allocate.pNext = &flags;
  allocate.allocationSize = needs.size;
  allocate.memoryTypeIndex =
      kind == Kind::device ? device.memory_type(needs.memoryTypeBits, 0, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)
                           : device.memory_type(needs.memoryTypeBits, mapped,
                                                kind == Kind::upload ? VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT
                                                                     : VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
  VkDeviceMemory memory = VK_NULL_HANDLE;
  const VkResult result = api.AllocateMemory(device.handle(), &allocate, nullptr, &memory);
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY)
    core::fail("'{}' has no room for another {} MB", device.facts().name, (needs.size + (1 << 20) - 1) >> 20);
  check(result, "cannot allocate memory of the GPU");
  memory_ = {api, device.handle(), memory};
  check(api.BindBufferMemory(device.handle(), buffer, memory, 0), "cannot use memory of the GPU");
  VkBufferDeviceAddressInfo ask{};
  ask.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO;
  ask.buffer = buffer;
  address_ = api.GetBufferDeviceAddress(device.handle(), &ask);
  if (kind == Kind::device) {
    counted_ = Counted(bytes_);
    return;
  }
  void* pointer = nullptr;
  check(api.MapMemory(device.handle(), memory, 0, VK_WHOLE_SIZE, 0, &pointer), "cannot map memory");
  mapped_ = static_cast<std::byte*>(pointer);
}

void Heap::add(const Buffer& buffer) {
  if (buffer.mapped())
    mapped_[reinterpret_cast<std::uint64_t>(buffer.mapped())] = {buffer.handle(), buffer.bytes()};
  else
    of_device_[buffer.address()] = {buffer.handle(), buffer.bytes()};
}

void Heap::remove(const Buffer& buffer) {
  if (buffer.mapped())
    mapped_.erase(reinterpret_cast<std::uint64_t>(buffer.mapped()));
  else
    of_device_.erase(buffer.address());
}

Place Heap::find_in(const Entries& entries, const void* pointer, std::size_t bytes) {
  const auto address = reinterpret_cast<std::uint64_t>(pointer);
  auto entry = entries.upper_bound(address);
  if (entry != entries.begin()) {
    --entry;
    const std::uint64_t offset = address - entry->first;
    if (offset <= entry->second.bytes && bytes <= entry->second.bytes - offset)
      return {entry->second.buffer, offset};
  }
  core::fail("{} bytes at {:#x} are no memory of the vulkan backend", bytes, address);
}

}  // namespace compute::vulkan
