#include <cstdlib>
#include <string>

#include "compute/cpu/pixel_loops.h"

namespace compute::cpu {

#define NEURASTER_DECLARE(isa)                         \
  namespace isa {                                      \
  void run(Pass, const StepView<float>&, int threads); \
  void run_backward(Pass, const StepView<float>&);     \
  double loss(const LossView<float>&);                 \
  void draw(DebugView, const StepView<float>&, f16*);  \
  }
NEURASTER_DECLARE(isa_baseline)
#if defined(__x86_64__)
NEURASTER_DECLARE(isa_v3)
NEURASTER_DECLARE(isa_v4)
#endif

const PixelLoops& best_pixel_loops() {
  static const PixelLoops baseline{"baseline", isa_baseline::run, isa_baseline::run_backward,
                                   isa_baseline::loss, isa_baseline::draw};
#if defined(__x86_64__)
  static const PixelLoops v3{"avx2", isa_v3::run, isa_v3::run_backward, isa_v3::loss, isa_v3::draw};
  static const PixelLoops v4{"avx512", isa_v4::run, isa_v4::run_backward, isa_v4::loss, isa_v4::draw};
  const char* text = std::getenv("DNNL_MAX_CPU_ISA");
  const std::string limit = text ? text : "";
  __builtin_cpu_init();
  const bool has_v3 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool has_v4 = has_v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  const bool to_v3 = limit.rfind("SSE", 0) != 0 && limit != "AVX";
  const bool to_v4 = to_v3 && limit.rfind("AVX2", 0) != 0;
  if (has_v4 && to_v4) return v4;
  if (has_v3 && to_v3) return v3;
#endif
  return baseline;
}

}  // namespace compute::cpu
