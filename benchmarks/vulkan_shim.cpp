// Preloaded (LD_PRELOAD) before the Vulkan loader. It changes what a measurement needs and the product must
// not contain:
//   NEURASTER_SLOW="upscale 10"     every dispatch of that pass again over 10 % of its rows
//   NEURASTER_UNTIMED="8"           no timestamps in every other block of 8 frames

#include <dlfcn.h>
#include <vulkan/vulkan.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

namespace {

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

struct Slow {
  std::string pass;
  std::uint32_t percent = 0;
};
const Slow& slow() {
  static const Slow wanted = [] {
    Slow read;
    const char* text = std::getenv("NEURASTER_SLOW");
    std::istringstream(text ? text : "") >> read.pass >> read.percent;
    return read;
  }();
  return wanted;
}

bool in_slow_pass = false;  // the program records on one thread
PFN_vkCmdBeginDebugUtilsLabelEXT real_begin_label = nullptr;

VKAPI_ATTR void VKAPI_CALL begin_label(VkCommandBuffer commands, const VkDebugUtilsLabelEXT* label) {
  in_slow_pass = slow().pass == label->pLabelName;
  real_begin_label(commands, label);
}

template <typename Found>
PFN_vkVoidFunction wrap(const char* name, Found found) {
  if (!found || std::strcmp(name, "vkCmdBeginDebugUtilsLabelEXT") != 0) return found;
  real_begin_label = reinterpret_cast<PFN_vkCmdBeginDebugUtilsLabelEXT>(found);
  return reinterpret_cast<PFN_vkVoidFunction>(begin_label);
}

/// Returns whether this block of frames is timed. A frame resets its queries before it is recorded.
bool timed(bool frame_begins) {
  static const int block = [] {
    const char* text = std::getenv("NEURASTER_UNTIMED");
    return text ? std::atoi(text) : 0;
  }();
  static int frame = -1;
  frame += frame_begins;
  return block == 0 || frame / block % 2 == 0;
}

}  // namespace

extern "C" {

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance, const char* name) {
  return wrap(name, next<PFN_vkGetInstanceProcAddr>("vkGetInstanceProcAddr")(instance, name));
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetDeviceProcAddr(VkDevice device, const char* name) {
  return wrap(name, next<PFN_vkGetDeviceProcAddr>("vkGetDeviceProcAddr")(device, name));
}

VKAPI_ATTR void VKAPI_CALL vkCmdDispatch(VkCommandBuffer commands, std::uint32_t x, std::uint32_t y,
                                         std::uint32_t z) {
  static const auto real = next<PFN_vkCmdDispatch>("vkCmdDispatch");
  real(commands, x, y, z);
  if (in_slow_pass) real(commands, x, (y * slow().percent + 50) / 100, z);
}

VKAPI_ATTR void VKAPI_CALL vkResetQueryPool(VkDevice device, VkQueryPool pool, std::uint32_t first,
                                            std::uint32_t count) {
  static const auto real = next<PFN_vkResetQueryPool>("vkResetQueryPool");
  timed(true);
  real(device, pool, first, count);
}

VKAPI_ATTR void VKAPI_CALL vkCmdWriteTimestamp2(VkCommandBuffer commands, VkPipelineStageFlags2 stage,
                                                VkQueryPool pool, std::uint32_t query) {
  static const auto real = next<PFN_vkCmdWriteTimestamp2>("vkCmdWriteTimestamp2");
  if (timed(false)) real(commands, stage, pool, query);
}
}
