#include "renderer/vulkan/device.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <mutex>

namespace gpu {
namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";

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

std::vector<VkPhysicalDevice> physical_devices(VkInstance instance) {
  std::uint32_t count = 0;
  check(vkEnumeratePhysicalDevices(instance, &count, nullptr), "cannot list Vulkan devices");
  std::vector<VkPhysicalDevice> all(count);
  check(vkEnumeratePhysicalDevices(instance, &count, all.data()), "cannot list Vulkan devices");
  return all;
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

/// Whether timestamps of the queue can be read at the same moment as CLOCK_MONOTONIC, std's steady clock.
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

/// The features the program stands on; filled by the driver when asked, all switched on for the device.
struct Features {
  VkPhysicalDeviceVulkan13Features v13{};
  VkPhysicalDeviceVulkan12Features v12{};
  VkPhysicalDeviceFeatures2 core{};
  Features() {
    v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    v12.pNext = &v13;
    core.pNext = &v12;
  }
  Features(const Features&) = delete;
  Features& operator=(const Features&) = delete;
  bool sufficient() const {
    return v13.dynamicRendering && v13.synchronization2 && v13.maintenance4 &&
           core.features.shaderStorageImageExtendedFormats && v12.timelineSemaphore &&
           v12.scalarBlockLayout && v12.hostQueryReset && core.features.depthClamp;
  }
};

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
  std::copy(std::begin(v11.deviceUUID), std::end(v11.deviceUUID), info.uuid.begin());
  info.unusable = why_unusable(device);
  return info;
}

int preference(VkPhysicalDeviceType type) {
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

bool matches(const DeviceInfo& info, const std::string& wanted) {
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), index);
  if (error == std::errc() && end == wanted.data() + wanted.size()) return info.index == index;
  const auto lower = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
  };
  return lower(info.name).find(lower(wanted)) != std::string::npos;
}

}  // namespace

struct Device::Messages {
  std::mutex mutex;
  std::uint32_t count = 0;
  std::string first;

  static VKAPI_ATTR VkBool32 VKAPI_CALL receive(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                VkDebugUtilsMessageTypeFlagsEXT type,
                                                const VkDebugUtilsMessengerCallbackDataEXT* data,
                                                void* user) {
    // The loader and drivers use the same channel for news of their own; only validation counts.
    if (!(type & VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT)) return VK_FALSE;
    auto& self = *static_cast<Messages*>(user);
    const std::lock_guard lock(self.mutex);
    if (self.count++ == 0) self.first = data->pMessage;
    if (self.count <= 20) {
      spdlog::log(
          severity & VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT ? spdlog::level::err : spdlog::level::warn,
          "validation: {}", data->pMessage);
    }
    return VK_FALSE;
  }
};

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

Device::Device(const DeviceOptions& options) : messages_(std::make_unique<Messages>()) {
  try {
    create_instance(options);
    choose_physical(options);
    create_device(options);
  } catch (...) {
    destroy();
    throw;
  }
}

Device::~Device() {
  destroy();
}

void Device::destroy() {
  if (device_) vkDestroyDevice(device_, nullptr);
  if (messenger_) {
    const auto destroy_messenger = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(instance_, "vkDestroyDebugUtilsMessengerEXT"));
    destroy_messenger(instance_, messenger_, nullptr);
  }
  if (instance_) vkDestroyInstance(instance_, nullptr);
}

void Device::create_instance(const DeviceOptions& options) {
  std::uint32_t count = 0;
  vkEnumerateInstanceExtensionProperties(nullptr, &count, nullptr);
  std::vector<VkExtensionProperties> available(count);
  vkEnumerateInstanceExtensionProperties(nullptr, &count, available.data());

  std::vector<const char*> extensions = options.instance_extensions;
  presents_ = !extensions.empty();
  debug_utils_ = has_extension(available, VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
  if (debug_utils_) extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);

  VkApplicationInfo app{};
  app.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  app.pApplicationName = "neuraster";
  app.apiVersion = VK_API_VERSION_1_3;
  VkInstanceCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  create.pApplicationInfo = &app;
  create.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  create.ppEnabledExtensionNames = extensions.data();
  if (options.validation) {
    create.enabledLayerCount = 1;
    create.ppEnabledLayerNames = &validation_layer;
  }
  VkDebugUtilsMessengerCreateInfoEXT messenger{};
  messenger.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
  messenger.messageSeverity =
      VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  messenger.messageType =
      VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
  messenger.pfnUserCallback = &Messages::receive;
  messenger.pUserData = messages_.get();
  const VkResult result = vkCreateInstance(&create, nullptr, &instance_);
  if (result == VK_ERROR_LAYER_NOT_PRESENT) {
    core::fail("the Vulkan validation layer is not installed (package vulkan-validationlayers)");
  }
  check(result, "cannot start Vulkan");
  if (options.validation && debug_utils_) {
    const auto create_messenger = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(instance_, "vkCreateDebugUtilsMessengerEXT"));
    check(create_messenger(instance_, &messenger, nullptr, &messenger_),
          "cannot listen to the validation layer");
  }
}

void Device::choose_physical(const DeviceOptions& options) {
  const auto all = physical_devices(instance_);
  std::string seen;
  int best = 100;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const DeviceInfo info = describe(all[i], i);
    seen += fmt::format("{}{}: {}{}", seen.empty() ? "" : ", ", i, info.name,
                        info.unusable.empty() ? "" : " (" + info.unusable + ")");
    if (!info.unusable.empty() || (!options.device.empty() && !matches(info, options.device))) continue;
    if (preference(info.type) >= best) continue;
    best = preference(info.type);
    physical_ = all[i];
    info_ = info;
  }
  if (physical_) return;
  if (all.empty())
    core::fail("no Vulkan device: install a driver, or mesa-vulkan-drivers to render on the processor");
  core::fail("no usable Vulkan device{}: this machine has {}",
             options.device.empty() ? "" : " matches '" + options.device + "'", seen);
}

void Device::create_device(const DeviceOptions& options) {
  const auto available = device_extensions(physical_);
  std::vector<const char*> extensions{VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
  if (presents_) extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
  heap_budgets_ = has_extension(available, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  if (heap_budgets_) extensions.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  const bool calibrated = has_extension(available, VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME) &&
                          reads_both_clocks(instance_, physical_);
  if (calibrated) extensions.push_back(VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME);
  external_memory_ = options.external_memory &&
                     has_extension(available, VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME) &&
                     has_extension(available, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
  if (external_memory_) {
    extensions.push_back(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
    extensions.push_back(VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
  }
  VkPhysicalDeviceFeatures offered;
  vkGetPhysicalDeviceFeatures(physical_, &offered);
  Features features;
  features.v13.dynamicRendering = features.v13.synchronization2 = VK_TRUE;
  features.v13.maintenance4 = VK_TRUE;  // glslang writes LocalSizeId
  features.core.features.shaderStorageImageExtendedFormats = VK_TRUE;
  features.v12.timelineSemaphore = features.v12.scalarBlockLayout = features.v12.hostQueryReset = VK_TRUE;
  features.core.features.samplerAnisotropy = offered.samplerAnisotropy;
  features.core.features.depthClamp = VK_TRUE;

  queue_family_ = static_cast<std::uint32_t>(graphics_family(physical_));
  const float priority = 1;
  VkDeviceQueueCreateInfo queue{};
  queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
  queue.queueFamilyIndex = queue_family_;
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
  create.pNext = &features.core;
  create.queueCreateInfoCount = 1;
  create.pQueueCreateInfos = &queue;
  create.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  create.ppEnabledExtensionNames = extensions.data();
  check(vkCreateDevice(physical_, &create, nullptr, &device_), "cannot open the Vulkan device");
  vkGetDeviceQueue(device_, queue_family_, 0, &queue_);
  vkGetPhysicalDeviceMemoryProperties(physical_, &memory_);
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(physical_, &properties);
  limits_ = properties.limits;
  budget_ = memory_budget();

  const auto load = [&](auto& function, const char* name) {
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(vkGetDeviceProcAddr(device_, name));
  };
  load(push_descriptors, "vkCmdPushDescriptorSetKHR");
  if (calibrated) load(get_calibrated_timestamps_, "vkGetCalibratedTimestampsEXT");
  if (external_memory_) {
    load(get_memory_fd, "vkGetMemoryFdKHR");
    load(get_semaphore_fd, "vkGetSemaphoreFdKHR");
  }
  if (debug_utils_) {
    load(begin_label, "vkCmdBeginDebugUtilsLabelEXT");
    load(end_label, "vkCmdEndDebugUtilsLabelEXT");
    load(set_name, "vkSetDebugUtilsObjectNameEXT");
  }
}

float Device::max_anisotropy() const {
  VkPhysicalDeviceFeatures offered;
  vkGetPhysicalDeviceFeatures(physical_, &offered);
  return offered.samplerAnisotropy ? limits_.maxSamplerAnisotropy : 1.0f;
}

const char* name_of(MemoryOwner owner) {
  constexpr const char* names[] = {"textures", "geometry", "render targets", "shared frame", "constants"};
  return names[static_cast<std::size_t>(owner)];
}

HeapUse Device::heap_use() const {
  HeapUse use;
  if (!heap_budgets_) return use;
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{};
  budget.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT;
  VkPhysicalDeviceMemoryProperties2 properties{};
  properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2;
  properties.pNext = &budget;
  vkGetPhysicalDeviceMemoryProperties2(physical_, &properties);
  for (std::uint32_t i = 0; i < properties.memoryProperties.memoryHeapCount; ++i) {
    use.used += budget.heapUsage[i];
    use.budget += budget.heapBudget[i];
  }
  return use;
}

void Device::reserve(std::uint64_t bytes, const char* name, MemoryOwner owner) const {
  if (allocated_ + bytes > budget_) {
    core::fail("{} needs {} MB, but '{}' has {} MB, of which {} MB are in use", name, bytes >> 20, info_.name,
               budget_ >> 20, allocated_ >> 20);
  }
  ++allocations_;
  allocated_ += bytes;
  owned_[static_cast<std::size_t>(owner)] += bytes;
}

std::uint32_t Device::memory_type(std::uint32_t allowed_bits, VkMemoryPropertyFlags required,
                                  VkMemoryPropertyFlags preferred) const {
  for (const VkMemoryPropertyFlags wanted : {required | preferred, required}) {
    for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i) {
      if ((allowed_bits >> i & 1) && (memory_.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
    }
  }
  core::fail("'{}' has no memory of the wanted kind", info_.name);
}

std::uint64_t Device::memory_budget() const {
  if (is_cpu()) {
    // Lavapipe's heap is a made-up number; what it allocates is the system's memory.
    std::ifstream info("/proc/meminfo");
    for (std::string key, unit; info >> key;) {
      std::uint64_t kilobytes = 0;
      info >> kilobytes;
      std::getline(info, unit);
      if (key == "MemAvailable:") return kilobytes * 1024 / 10 * 9;
    }
  }
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < memory_.memoryHeapCount; ++i) total += memory_.memoryHeaps[i].size;
  return total;
}

std::optional<Clocks> Device::clocks() const {
  if (!get_calibrated_timestamps_) return std::nullopt;
  VkCalibratedTimestampInfoEXT infos[2]{};
  infos[0].sType = infos[1].sType = VK_STRUCTURE_TYPE_CALIBRATED_TIMESTAMP_INFO_EXT;
  infos[0].timeDomain = VK_TIME_DOMAIN_DEVICE_EXT;
  infos[1].timeDomain = VK_TIME_DOMAIN_CLOCK_MONOTONIC_EXT;
  // A thread that loses its processor between the two clocks reads them apart: try again.
  constexpr std::uint64_t close = 20000;  // nanoseconds
  std::uint64_t times[2]{}, deviation = close + 1;
  for (int i = 0; i < 4 && deviation > close; ++i)
    if (get_calibrated_timestamps_(device_, 2, infos, times, &deviation) != VK_SUCCESS) return std::nullopt;
  using Host = std::chrono::steady_clock;
  const std::chrono::nanoseconds host(static_cast<std::int64_t>(times[1]));
  return Clocks{times[0], Host::time_point(std::chrono::duration_cast<Host::duration>(host))};
}

void Device::wait_idle() const {
  ++waits_;
  check(vkDeviceWaitIdle(device_), "cannot wait for the device");
}

std::uint32_t Device::validation_messages() const {
  const std::lock_guard lock(messages_->mutex);
  return messages_->count;
}

void Device::expect_valid() const {
  const std::lock_guard lock(messages_->mutex);
  if (messages_->count)
    core::fail("{} validation messages, the first: {}", messages_->count, messages_->first);
}

}  // namespace gpu
