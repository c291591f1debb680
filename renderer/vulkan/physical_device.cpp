#include "renderer/vulkan/physical_device.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/text.h"

namespace gpu {
namespace {

std::vector<VkPhysicalDevice> physical_devices(VkInstance instance) {
  std::uint32_t count = 0;
  check(vkEnumeratePhysicalDevices(instance, &count, nullptr), "cannot list Vulkan devices");
  std::vector<VkPhysicalDevice> all(count);
  check(vkEnumeratePhysicalDevices(instance, &count, all.data()), "cannot list Vulkan devices");
  return all;
}

std::string why_unusable(VkPhysicalDevice device) {
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(device, &properties);
  if (properties.apiVersion < VK_API_VERSION_1_3) return "its driver has no Vulkan 1.3";
  if (graphics_family(device) < 0) return "it has no graphics queue";
  Features features;
  vkGetPhysicalDeviceFeatures2(device, &features.core);
  if (!features.sufficient()) return "it lacks a Vulkan 1.3 feature that the renderer needs";
  if (!has_extension(device_extensions(device), VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME)) {
    return "it lacks VK_KHR_push_descriptor";
  }
  return {};
}

DeviceInfo describe(VkPhysicalDevice device, std::uint32_t index) {
  VkPhysicalDeviceVulkan12Properties v12{};
  v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES;
  VkPhysicalDeviceVulkan11Properties v11{};
  v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES;
  v11.pNext = &v12;
  VkPhysicalDeviceProperties2 all{};
  all.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  all.pNext = &v11;
  vkGetPhysicalDeviceProperties2(device, &all);
  DeviceInfo info;
  info.name = all.properties.deviceName;
  info.driver = fmt::format("{} {}", v12.driverName, v12.driverInfo);
  info.index = index;
  info.type = all.properties.deviceType;
  info.vendor = all.properties.vendorID;
  std::copy(std::begin(v11.deviceUUID), std::end(v11.deviceUUID), info.uuid.begin());
  info.unusable = why_unusable(device);
  return info;
}

bool matches(const DeviceInfo& info, const std::string& wanted) {
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), index);
  if (error == std::errc() && end == wanted.data() + wanted.size()) return info.index == index;
  return core::lower_case(info.name).find(core::lower_case(wanted)) != std::string::npos;
}

}  // namespace

int preference(VkPhysicalDeviceType type, std::uint32_t vendor) {
  if (vendor == nvidia_vendor && type != VK_PHYSICAL_DEVICE_TYPE_CPU) return -1;
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return 0;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return 1;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return 2;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return 3;
    default:
      return 4;
  }
}

bool has_extension(const std::vector<VkExtensionProperties>& all, const char* name) {
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& e) { return !std::strcmp(e.extensionName, name); });
}

std::vector<VkExtensionProperties> device_extensions(VkPhysicalDevice device) {
  std::uint32_t count = 0;
  vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
  std::vector<VkExtensionProperties> all(count);
  vkEnumerateDeviceExtensionProperties(device, nullptr, &count, all.data());
  return all;
}

bool offers_present_wait(VkPhysicalDevice device) {
  const auto all = device_extensions(device);
  if (!has_extension(all, VK_KHR_PRESENT_ID_EXTENSION_NAME) ||
      !has_extension(all, VK_KHR_PRESENT_WAIT_EXTENSION_NAME))
    return false;
  Features offered;
  offered.chain_present_wait();
  vkGetPhysicalDeviceFeatures2(device, &offered.core);
  return offered.present_id.presentId && offered.present_wait.presentWait;
}

int graphics_family(VkPhysicalDevice device) {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
  constexpr VkQueueFlags wanted = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
  for (std::uint32_t i = 0; i < count; ++i) {
    if ((families[i].queueFlags & wanted) == wanted) return static_cast<int>(i);
  }
  return -1;
}

bool exports_hand_off(VkPhysicalDevice device) {
  VkPhysicalDeviceExternalBufferInfo buffer{};
  buffer.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO;
  buffer.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  buffer.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkExternalBufferProperties memory{};
  memory.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES;
  vkGetPhysicalDeviceExternalBufferProperties(device, &buffer, &memory);
  VkSemaphoreTypeCreateInfo timeline{};
  timeline.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO;
  timeline.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  VkPhysicalDeviceExternalSemaphoreInfo info{};
  info.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO;
  info.pNext = &timeline;
  info.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkExternalSemaphoreProperties semaphore{};
  semaphore.sType = VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES;
  vkGetPhysicalDeviceExternalSemaphoreProperties(device, &info, &semaphore);
  return (memory.externalMemoryProperties.externalMemoryFeatures &
          VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT) &&
         (semaphore.externalSemaphoreFeatures & VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT);
}

bool reads_both_clocks(VkInstance instance, VkPhysicalDevice device) {
  const auto list = reinterpret_cast<PFN_vkGetPhysicalDeviceCalibrateableTimeDomainsEXT>(
      vkGetInstanceProcAddr(instance, "vkGetPhysicalDeviceCalibrateableTimeDomainsEXT"));
  std::uint32_t count = 0;
  if (!list || list(device, &count, nullptr) != VK_SUCCESS) return false;
  std::vector<VkTimeDomainEXT> domains(count);
  list(device, &count, domains.data());
  const auto has = [&](VkTimeDomainEXT domain) {
    return std::find(domains.begin(), domains.end(), domain) != domains.end();
  };
  return has(VK_TIME_DOMAIN_DEVICE_EXT) && has(VK_TIME_DOMAIN_CLOCK_MONOTONIC_EXT);
}

std::pair<VkPhysicalDevice, DeviceInfo> choose_physical_device(VkInstance instance,
                                                               const std::string& wanted) {
  const auto all = physical_devices(instance);
  std::pair<VkPhysicalDevice, DeviceInfo> chosen;
  std::string seen;
  int best = 100;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const DeviceInfo info = describe(all[i], i);
    seen += fmt::format("{}{}: {}{}", seen.empty() ? "" : ", ", i, info.name,
                        info.unusable.empty() ? "" : " (" + info.unusable + ")");
    if (!info.unusable.empty() || (!wanted.empty() && !matches(info, wanted))) continue;
    const int rank = preference(info.type, info.vendor);
    if (rank >= best) continue;
    best = rank;
    chosen = {all[i], info};
  }
  if (chosen.first) return chosen;
  if (all.empty())
    core::fail("no Vulkan device: install a driver, or mesa-vulkan-drivers to render on the processor");
  core::fail("no usable Vulkan device{}: this machine has {}",
             wanted.empty() ? "" : " matches '" + wanted + "'", seen);
}

std::vector<DeviceInfo> list_devices() {
  VkApplicationInfo app{};
  app.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  app.apiVersion = VK_API_VERSION_1_3;
  VkInstanceCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  create.pApplicationInfo = &app;
  VkInstance instance = VK_NULL_HANDLE;
  check(vkCreateInstance(&create, nullptr, &instance), "cannot start Vulkan");
  std::vector<DeviceInfo> infos;
  for (VkPhysicalDevice device : physical_devices(instance)) {
    infos.push_back(describe(device, static_cast<std::uint32_t>(infos.size())));
  }
  vkDestroyInstance(instance, nullptr);
  return infos;
}

}  // namespace gpu
