#include "renderer/vulkan/device.h"

#include <fstream>
#include <tuple>

#include "core/log.h"
#include "renderer/vulkan/physical_device.h"

namespace gpu {
namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";

}  // namespace

struct Device::Messages {
  std::mutex mutex;
  std::uint32_t count = 0;
  std::string first;

  static VKAPI_ATTR VkBool32 VKAPI_CALL receive(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                VkDebugUtilsMessageTypeFlagsEXT type,
                                                const VkDebugUtilsMessengerCallbackDataEXT* data,
                                                void* user) {
    // The loader and drivers send messages through the same callback; only those of validation count.
    if (!(type & VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT)) return VK_FALSE;
    auto& self = *static_cast<Messages*>(user);
    const std::lock_guard lock(self.mutex);
    if (self.count++ == 0) self.first = data->pMessage;
    if (self.count <= 20) {
      const std::string text = std::string("validation: ") + data->pMessage;
      if (severity & VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT)
        core::log_error(text);
      else
        core::log_warning(text);
    }
    return VK_FALSE;
  }
};

Device::Device(const DeviceOptions& options) : messages_(std::make_unique<Messages>()) {
  try {
    create_instance(options);
    std::tie(physical_, info_) = choose_physical_device(instance_, options.device);
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
  external_queue_.reset();
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
  constexpr VkValidationFeatureEnableEXT also = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
  VkValidationFeaturesEXT validated{};
  validated.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT;
  validated.enabledValidationFeatureCount = 1;
  validated.pEnabledValidationFeatures = &also;
  if (options.validation && options.synchronization) create.pNext = &validated;
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

void Device::create_device(const DeviceOptions& options) {
  const auto available = device_extensions(physical_);
  std::vector<const char*> extensions{VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
  if (presents_) extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
  heap_budgets_ = has_extension(available, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  if (heap_budgets_) extensions.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  const bool calibrated = has_extension(available, VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME) &&
                          reads_both_clocks(instance_, physical_);
  if (calibrated) extensions.push_back(VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME);
  external_memory_ =
      options.external_memory && has_extension(available, VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME) &&
      has_extension(available, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME) && exports_hand_off(physical_);
  if (external_memory_) {
    extensions.push_back(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
    extensions.push_back(VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
  }
  const bool joins = external_memory_ && options.joined_contexts && !options.validation &&
                     has_extension(available, VK_NV_EXTERNAL_COMPUTE_QUEUE_EXTENSION_NAME);
  if (joins) extensions.push_back(VK_NV_EXTERNAL_COMPUTE_QUEUE_EXTENSION_NAME);
  VkPhysicalDeviceFeatures offered;
  vkGetPhysicalDeviceFeatures(physical_, &offered);
  Features features;
  features.v13.dynamicRendering = features.v13.synchronization2 = VK_TRUE;
  features.v13.maintenance4 = VK_TRUE;  // glslang writes LocalSizeId
  features.core.features.shaderStorageImageExtendedFormats = VK_TRUE;
  features.v12.timelineSemaphore = features.v12.scalarBlockLayout = features.v12.hostQueryReset = VK_TRUE;
  features.core.features.samplerAnisotropy = offered.samplerAnisotropy;
  features.core.features.depthClamp = VK_TRUE;

  compute_ = switch_on_compute(physical_, options.validation, features);
  if (compute_.cooperative_matrix) extensions.push_back(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);

  present_wait_ = presents_ && offers_present_wait(physical_);
  if (present_wait_) {
    extensions.push_back(VK_KHR_PRESENT_ID_EXTENSION_NAME);
    extensions.push_back(VK_KHR_PRESENT_WAIT_EXTENSION_NAME);
    features.chain_present_wait();
    features.present_id.presentId = features.present_wait.presentWait = VK_TRUE;
  }

  const QueueChoice choice = choose_queues(physical_);
  const auto queues = choice.infos();
  queue_family_ = choice.graphics_family;
  compute_family_ = choice.compute_family;
  VkDeviceCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
  const VkExternalComputeQueueDeviceCreateInfoNV reserved = reserve_external_queue(&features.core);
  create.pNext = joins ? static_cast<const void*>(&reserved) : &features.core;
  create.queueCreateInfoCount = static_cast<std::uint32_t>(queues.size());
  create.pQueueCreateInfos = queues.data();
  create.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  create.ppEnabledExtensionNames = extensions.data();
  check(vkCreateDevice(physical_, &create, nullptr, &device_), "cannot open the Vulkan device");
  vkGetDeviceQueue(device_, queue_family_, 0, &queue_);
  vkGetDeviceQueue(device_, compute_family_, choice.compute_index, &compute_queue_);
  if (joins) external_queue_.emplace(physical_, device_, queue_);
  if (options.joined_contexts && !joins)
    core::log_warning(
        fmt::format("CUDA's context does not join '{}': {}", info_.name,
                    options.validation ? "not together with validation" : "the driver does not offer it"));
  vkGetPhysicalDeviceMemoryProperties(physical_, &memory_);
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(physical_, &properties);
  limits_ = properties.limits;
  budget_ = memory_budget();
  load_functions(calibrated);
}

void Device::load_functions(bool calibrated) {
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
  if (present_wait_) load(wait_for_present, "vkWaitForPresentKHR");
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
    // Lavapipe's heap size is an invented number: it allocates the system's memory.
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
  // If the thread loses its processor between the two readings, they are far apart: read again.
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
  const std::lock_guard lock(queue_mutex_);
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
