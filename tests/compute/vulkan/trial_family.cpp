#include "trial_family.h"

#include "compute/vulkan/family.h"
#include "spirv/trial_blur_f16.h"
#include "spirv/trial_blur_f32.h"
#include "spirv/trial_double_f16.h"
#include "spirv/trial_double_f32.h"
#include "spirv/trial_head_f16.h"
#include "spirv/trial_head_f32.h"
#include "spirv/trial_squeeze_f16.h"
#include "spirv/trial_squeeze_f32.h"

namespace testing_support {
namespace {

using compute::HostPass;
using compute::PassFamily;
using compute::vulkan::VulkanEnds;
using compute::vulkan::VulkanFamily;
using compute::vulkan::VulkanPass;

constexpr HostPass names[] = {{"double"}, {"blur"}};

template <typename S>
compute::Size grid(const void* view) {
  return static_cast<const TrialView<S>*>(view)->size;
}

const VulkanPass passes_f32[] = {{"double", trial_double_f32, grid<float>},
                                 {"blur", trial_blur_f32, grid<float>}};
const VulkanPass passes_f16[] = {{"double", trial_double_f16, grid<compute::f16>},
                                 {"blur", trial_blur_f16, grid<compute::f16>}};
const VulkanEnds ends_f32{trial_squeeze_f32, trial_head_f32, grid<float>};
const VulkanEnds ends_f16{trial_squeeze_f16, trial_head_f16, grid<compute::f16>};
const VulkanFamily family_f32{"vulkan trial", "f32", sizeof(TrialView<float>), passes_f32, &ends_f32};
const VulkanFamily family_f16{"vulkan trial", "f16", sizeof(TrialView<compute::f16>), passes_f16, &ends_f16};
const compute::Registry<VulkanFamily>::Entry entry_f32(family_f32), entry_f16(family_f16);

}  // namespace

template <>
const PassFamily& trial_family<float>() {
  static const PassFamily family{"vulkan trial", "f32", sizeof(TrialView<float>), names};
  return family;
}
template <>
const PassFamily& trial_family<compute::f16>() {
  static const PassFamily family{"vulkan trial", "f16", sizeof(TrialView<compute::f16>), names};
  return family;
}

}  // namespace testing_support
