#include "compute/cpu/instruction_set.h"

#include <cstdlib>
#include <string>

namespace compute::cpu {

InstructionSet best_instruction_set() {
#if defined(__x86_64__)
  const char* text = std::getenv("DNNL_MAX_CPU_ISA");
  const std::string limit = text ? text : "";
  __builtin_cpu_init();
  const bool has_v3 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool has_v4 = has_v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  const bool to_v3 = limit.rfind("SSE", 0) != 0 && limit != "AVX";
  const bool to_v4 = to_v3 && limit.rfind("AVX2", 0) != 0;
  if (has_v4 && to_v4) return InstructionSet::v4;
  if (has_v3 && to_v3) return InstructionSet::v3;
#endif
  return InstructionSet::baseline;
}

const char* name_of(InstructionSet set) {
  constexpr const char* names[] = {"baseline", "avx2", "avx512"};
  return names[static_cast<int>(set)];
}

}  // namespace compute::cpu
