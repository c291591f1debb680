#include "compute/vulkan/own_device.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "compute/vulkan/cooperative.h"

namespace compute::vulkan {
namespace {

/// The features that a device must have, chained; `sufficient` asks a filled chain.
struct Features {
  VkPhysicalDeviceVulkan13Features v13{};
  VkPhysicalDeviceVulkan12Features v12{};
  VkPhysicalDeviceVulkan11Features v11{};
  VkPhysicalDeviceFeatures2 core{};
  Features() {
    v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    v12.pNext = &v13;
    v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES;
    v11.pNext = &v12;
    core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    core.pNext = &v11;
  }
  Features(const Features&) = delete;
  Features& operator=(const Features&) = delete;

  const char* missing() const {
    if (!v12.bufferDeviceAddress) return "bufferDeviceAddress";
    if (!v12.scalarBlockLayout) return "scalarBlockLayout";
    if (!v12.timelineSemaphore) return "timelineSemaphore";
    if (!v12.storageBuffer8BitAccess || !v12.uniformAndStorageBuffer8BitAccess) return "8-bit storage";
    if (!v11.storageBuffer16BitAccess) return "16-bit storage";
    if (!v13.synchronization2) return "synchronization2";
    if (!v13.maintenance4) return "maintenance4";
    return nullptr;
  }
  void require() {
    v12.bufferDeviceAddress = v12.scalarBlockLayout = v12.timelineSemaphore = VK_TRUE;
    v12.storageBuffer8BitAccess = v12.uniformAndStorageBuffer8BitAccess = VK_TRUE;
    v11.storageBuffer16BitAccess = VK_TRUE;
    v13.synchronization2 = v13.maintenance4 = VK_TRUE;
  }
};

struct Candidate {
  VkPhysicalDevice device = VK_NULL_HANDLE;
  std::string name, driver, unusable;
  VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
  Uuid uuid{};
  std::uint32_t queue_family = 0;
  bool float16 = false, matrices = false;

  /// Real GPUs come first.
  int rank() const {
    switch (type) {
      case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return 0;
      case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return 1;
      case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
        return 2;
      default:
        return 3;
    }
  }
};

/// Finds a family with compute, without graphics where there is one. Returns whether there is any.
bool find_family(const Api& api, VkPhysicalDevice device, std::uint32_t& family) {
  std::uint32_t count = 0;
  api.GetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  api.GetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
  bool found = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const bool computes = families[i].queueFlags & VK_QUEUE_COMPUTE_BIT;
    const bool draws = families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT;
    if (!computes || (found && draws)) continue;
    family = i;
    found = true;
  }
  return found;
}

/// Returns whether the device has cooperative matrices with the memory model that they need.
bool has_matrices(const Api& api, VkPhysicalDevice device) {
  std::uint32_t count = 0;
  api.EnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
  std::vector<VkExtensionProperties> all(count);
  api.EnumerateDeviceExtensionProperties(device, nullptr, &count, all.data());
  const bool listed = std::any_of(all.begin(), all.end(), [](const VkExtensionProperties& one) {
    return std::strcmp(one.extensionName, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME) == 0;
  });
  if (!listed) return false;
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices{};
  matrices.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
  Features features;
  features.v13.pNext = &matrices;
  api.GetPhysicalDeviceFeatures2(device, &features.core);
  return matrices.cooperativeMatrix && features.v12.vulkanMemoryModel;
}

Candidate describe(const Api& api, VkPhysicalDevice device) {
  VkPhysicalDeviceVulkan12Properties v12{};
  v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES;
  VkPhysicalDeviceVulkan11Properties v11{};
  v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES;
  v11.pNext = &v12;
  VkPhysicalDeviceProperties2 all{};
  all.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  all.pNext = &v11;
  api.GetPhysicalDeviceProperties2(device, &all);
  Candidate candidate;
  candidate.device = device;
  candidate.name = all.properties.deviceName;
  candidate.driver = fmt::format("{} {}", v12.driverName, v12.driverInfo);
  candidate.type = all.properties.deviceType;
  std::memcpy(candidate.uuid.data(), v11.deviceUUID, candidate.uuid.size());
  if (all.properties.apiVersion < VK_API_VERSION_1_3) {
    candidate.unusable = "its driver has no Vulkan 1.3";
    return candidate;
  }
  Features features;
  api.GetPhysicalDeviceFeatures2(device, &features.core);
  if (const char* missing = features.missing()) candidate.unusable = fmt::format("it lacks {}", missing);
  if (!find_family(api, device, candidate.queue_family)) candidate.unusable = "it has no queue that computes";
  candidate.float16 = features.v12.shaderFloat16;
  candidate.matrices = has_matrices(api, device);
  return candidate;
}

std::vector<Candidate> candidates(const Api& api, VkInstance instance) {
  std::uint32_t count = 0;
  check(api.EnumeratePhysicalDevices(instance, &count, nullptr), "cannot list Vulkan's devices");
  std::vector<VkPhysicalDevice> devices(count);
  check(api.EnumeratePhysicalDevices(instance, &count, devices.data()), "cannot list Vulkan's devices");
  std::vector<Candidate> all;
  all.reserve(count);
  for (const VkPhysicalDevice device : devices) all.push_back(describe(api, device));
  return all;
}

Candidate choose(const std::vector<Candidate>& all, const std::optional<Uuid>& wanted) {
  const Candidate* best = nullptr;
  std::string seen;
  for (const Candidate& one : all) {
    seen += fmt::format("{}{}{}", seen.empty() ? "" : ", ", one.name,
                        one.unusable.empty() ? "" : " (" + one.unusable + ")");
    if (!one.unusable.empty() || (wanted && one.uuid != *wanted)) continue;
    if (!best || one.rank() < best->rank()) best = &one;
  }
  if (!best && seen.empty()) core::fail("no Vulkan device was found: install the GPU's Vulkan driver");
  if (!best) core::fail("no Vulkan device fits; found: {}", seen);
  return *best;
}

/// The value of NEURASTER_VALIDATION; empty: off.
std::string validation() {
  const char* value = std::getenv("NEURASTER_VALIDATION");
  return value && std::strcmp(value, "0") != 0 ? value : "";
}

template <typename Function>
Function function_of(PFN_vkGetInstanceProcAddr get, VkInstance instance, const char* name) {
  return reinterpret_cast<Function>(get(instance, name));
}

}  // namespace

void load_instance_functions(Api& api, VkInstance instance) {
#define NEURASTER_LOAD(name) \
  api.name = function_of<PFN_vk##name>(api.GetInstanceProcAddr, instance, "vk" #name);
  NEURASTER_INSTANCE_FUNCTIONS(NEURASTER_LOAD)
#undef NEURASTER_LOAD
}

OwnDevice::OwnDevice(const std::optional<Uuid>& wanted) {
  try {
    create_instance();
    create_device(wanted);
  } catch (...) {
    destroy();
    throw;
  }
}

OwnDevice::~OwnDevice() {
  destroy();
}

void OwnDevice::destroy() {
  if (device_) function_of<PFN_vkDestroyDevice>(get_, instance_, "vkDestroyDevice")(device_, nullptr);
  if (messenger_)
    function_of<PFN_vkDestroyDebugUtilsMessengerEXT>(get_, instance_, "vkDestroyDebugUtilsMessengerEXT")(
        instance_, messenger_, nullptr);
  if (instance_) api_.DestroyInstance(instance_, nullptr);
}

VKAPI_ATTR VkBool32 VKAPI_CALL OwnDevice::receive(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                                  VkDebugUtilsMessageTypeFlagsEXT type,
                                                  const VkDebugUtilsMessengerCallbackDataEXT* data,
                                                  void* self) {
  // The loader and drivers send messages through the same callback; only those of validation count.
  if (!(type & VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT)) return VK_FALSE;
  auto& own = *static_cast<OwnDevice*>(self);
  const std::lock_guard lock(own.mutex_);
  if (own.message_.empty()) own.message_ = data->pMessage;
  return VK_FALSE;
}

void OwnDevice::create_instance() {
  get_ = open_loader();
  const std::string validates = validation();
  VkApplicationInfo app{};
  app.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  app.pApplicationName = "neuraster";
  app.apiVersion = VK_API_VERSION_1_3;
  VkInstanceCreateInfo create{};
  create.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  create.pApplicationInfo = &app;
  const char* layer = "VK_LAYER_KHRONOS_validation";
  const char* messages = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  const VkValidationFeatureEnableEXT also = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
  VkValidationFeaturesEXT features{};
  features.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT;
  features.enabledValidationFeatureCount = 1;
  features.pEnabledValidationFeatures = &also;
  if (!validates.empty()) {
    create.enabledLayerCount = create.enabledExtensionCount = 1;
    create.ppEnabledLayerNames = &layer;
    create.ppEnabledExtensionNames = &messages;
    if (validates == "sync") create.pNext = &features;
  }
  const auto create_instance = function_of<PFN_vkCreateInstance>(get_, nullptr, "vkCreateInstance");
  check(create_instance(&create, nullptr, &instance_), "cannot start Vulkan");
  api_.GetInstanceProcAddr = get_;
  load_instance_functions(api_, instance_);
  if (validates.empty()) return;
  VkDebugUtilsMessengerCreateInfoEXT listen{};
  listen.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
  listen.messageSeverity =
      VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  listen.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
  listen.pfnUserCallback = &OwnDevice::receive;
  listen.pUserData = this;
  check(function_of<PFN_vkCreateDebugUtilsMessengerEXT>(get_, instance_, "vkCreateDebugUtilsMessengerEXT")(
            instance_, &listen, nullptr, &messenger_),
        "cannot listen to the validation layer");
}

void OwnDevice::create_device(const std::optional<Uuid>& wanted) {
  const Candidate chosen = choose(candidates(api_, instance_), wanted);
  physical_ = chosen.device;
  queue_family_ = chosen.queue_family;
  float16_ = chosen.float16;
  matrices_ = chosen.matrices;
  Features features;
  features.require();
  features.v12.shaderFloat16 = chosen.float16;
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices{};
  matrices.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
  matrices.cooperativeMatrix = VK_TRUE;
  const char* extension = VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME;
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
  if (chosen.matrices) {
    features.v13.pNext = &matrices;
    features.v12.vulkanMemoryModel = VK_TRUE;
    create.enabledExtensionCount = 1;
    create.ppEnabledExtensionNames = &extension;
  }
  check(api_.CreateDevice(physical_, &create, nullptr, &device_), "cannot open the Vulkan device");
  function_of<PFN_vkGetDeviceQueue>(get_, instance_, "vkGetDeviceQueue")(device_, queue_family_, 0, &queue_);
}

VulkanDevice OwnDevice::handles() const {
  VulkanDevice device;
  device.instance = instance_;
  device.physical_device = physical_;
  device.device = device_;
  device.queue = queue_;
  device.queue_family = queue_family_;
  device.get_instance_proc_addr = reinterpret_cast<void*>(get_);
  device.float16 = float16_;
  device.cooperative_matrix = matrices_;
  return device;
}

void OwnDevice::expect_valid() const {
  const std::lock_guard lock(mutex_);
  if (!message_.empty()) core::fail("the validation layer says: {}", message_);
}

std::vector<std::string> describe_devices() {
  Api api;
  VkInstance instance = VK_NULL_HANDLE;
  try {
    api.GetInstanceProcAddr = open_loader();
    VkApplicationInfo app{};
    app.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
    app.apiVersion = VK_API_VERSION_1_3;
    VkInstanceCreateInfo create{};
    create.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
    create.pApplicationInfo = &app;
    check(function_of<PFN_vkCreateInstance>(api.GetInstanceProcAddr, nullptr, "vkCreateInstance")(
              &create, nullptr, &instance),
          "cannot start Vulkan");
    load_instance_functions(api, instance);
    std::vector<std::string> lines;
    for (const Candidate& one : candidates(api, instance))
      lines.push_back(fmt::format("Vulkan 1.3: {} ({}){}", one.name, one.driver,
                                  one.unusable.empty() ? "" : ", which cannot compute: " + one.unusable));
    if (lines.empty()) lines.emplace_back("Vulkan 1.3: no device was found");
    api.DestroyInstance(instance, nullptr);
    return lines;
  } catch (const core::Error& error) {
    if (instance) api.DestroyInstance(instance, nullptr);
    return {error.what()};
  }
}

}  // namespace compute::vulkan
